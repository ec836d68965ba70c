import Glibc
import Training

/// The processes of an MPI run that train together, where the program is built for that.
enum TrainingRanks {
  /// - Throws: where others were started beside this process and the program knows nothing of them: each would write the
  ///   same files.
  static func join() throws(CommandFailure) -> any RankGroup {
    #if GAZE_MPI
      if let ranks = MPIRanks() { return ranks }
    #else
      for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"] {
        guard let count = getenv(name).flatMap({ Int(String(cString: $0)) }), count > 1 else { continue }
        throw CommandFailure("\(name): \(count) ranks, but gaze was built without MPI; GAZE_MPI=1 swift build has it")
      }
    #endif
    return SingleRank()
  }

  /// Says that this process is done with the others. One that fails does not come here, and ends them all.
  static func leave(_ ranks: any RankGroup) {
    #if GAZE_MPI
      (ranks as? MPIRanks)?.leave()
    #endif
  }
}
