/// Adds up numbers over the parts of a batch, each of which another process works on: gets those of a part and gives those of
/// the whole batch. All processes call it equally often, with as many numbers.
public typealias SumOverParts = (_ ofPart: [Double]) -> [Double]
