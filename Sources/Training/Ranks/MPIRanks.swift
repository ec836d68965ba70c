#if GAZE_MPI
  import CMPI
  import Glibc

  /// The ranks of an MPI run (`mpirun`, `srun`).
  public final class MPIRanks: RankGroup {
    public let rank: Int
    public let count: Int
    /// Sums that nobody waited for yet.
    private let begun: UnsafeMutableRawPointer

    /// Joins the run that this process was started for.
    /// - Returns: nil where it was started alone.
    public init?() {
      let told: [String] = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"]
      guard told.contains(where: { getenv($0) != nil }) else { return nil }
      var (rank, count): (Int32, Int32) = (0, 1)
      guard gaze_mpi_join(&rank, &count) == 1 else { return nil }
      (self.rank, self.count, begun) = (Int(rank), Int(count), gaze_mpi_make_sums())
    }

    public func sum(_ numbers: UnsafeMutableBufferPointer<Float>) {
      gaze_mpi_sum_floats(numbers.baseAddress, Int32(numbers.count))
    }

    public func sum(_ numbers: UnsafeMutableBufferPointer<Double>) {
      gaze_mpi_sum_doubles(numbers.baseAddress, Int32(numbers.count))
    }

    public func beginSum(_ numbers: UnsafeMutableBufferPointer<Float>) {
      gaze_mpi_begin_sum(begun, numbers.baseAddress, Int32(numbers.count))
    }

    public func finishSums() { gaze_mpi_finish_sums(begun) }

    /// Says that this process needs the others no more; every rank does before it ends.
    public func leave() { gaze_mpi_leave() }
  }
#endif
