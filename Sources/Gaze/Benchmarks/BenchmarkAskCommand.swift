import ArgumentParser
import Browser
import Files
import SystemPackage
import Terminal

/// `gaze benchmark ask`: how long the network takes to answer what if.
struct BenchmarkAskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask", abstract: "Keys to the network's answers to what if.",
    discussion: """
      Presses the browser's keys, without a screen, on a photo that has been captioned with five samples: each time is \
      from the key to the answer in the browser's model. say recites a sentence of six words; branch goes on from another \
      word; left_out and covered hide four cells, have the same words recited and others drawn, the latter from a photo \
      encoded anew; occlusion gives every word of the shown caption a new map, occlusion_all those of the other captions too; \
      against shows another caption to two networks.

      Example: gaze benchmark ask dog.jpg --runs 50
      """)

  @Argument(help: "A photo; made up when none is given.")
  var image: FilePath?

  @OptionGroup var flags: BenchmarkFlags

  @Option(help: "The weights to ask.")
  var weights: FilePath?

  @Option(help: ArgumentHelp("The second network (default: the first once more).", valueName: "weights"))
  var against: FilePath?

  func run() throws {
    let weights = try ProgramFiles.weights(flag: weights)
    if let image, !image.exists { throw CommandFailure("\(image): no such image") }
    let folder = try MadeUpFolder(photos: 1, of: image?.absolute(in: .current))
    defer { folder.remove() }
    let service = NetworkCaptionService(threads: flags.threads, others: [against ?? weights]) { weights }
    try service.prepare(prompt: nil)
    let model = BrowserModel.timed(
      folder.path, size: Size(columns: 120, rows: 40), depth: .truecolor, glyphs: .detect(), networks: ["other"])
    let timer = AnswerTimer(model: model, service: service)
    timer.open(folder.path)
    timer.press([.enter, "l"])
    let answers = try Self.questions.map { question in
      timer.press(question.opening)
      let timings = flags.collect {
        let times = timer.press(question.keys)
        timer.press(question.closing)
        return question.isOfFirst ? times.first : times.all
      }
      if let problem = timer.problem { throw CommandFailure("\(question.name): \(problem)") }
      timer.press(question.leaving)
      return (question.name, OrderedJSON.object(timings.members))
    }
    let object = OrderedJSON.object(
      [("name", .string("ask")), ("runs", .integer(flags.runs))] + answers
        + [("threads", .integer(flags.threads)), ("weights", .string(FileName.text(weights)))])
    try StandardOutput.write(object.text + "\n")
  }

  /// Keys that lead to a question, those that ask it, of which the last is timed, and those that take it back.
  private struct Question {
    let name: String
    var opening: [Key] = []
    let keys: [Key]
    let closing: [Key]
    var leaving: [Key] = []
    /// Whether its first answer is timed, not all of them.
    var isOfFirst = false
  }

  private static var questions: [Question] {
    let sentence = "a dog runs in the snow".map { Key.character($0) }
    return [
      Question(name: "say", keys: ["\""] + sentence + [.enter], closing: ["u"]),
      Question(name: "branch", keys: ["B", .enter], closing: ["u"]),
      Question(name: "left_out", opening: ["H"], keys: ["4"], closing: ["0"], leaving: [.escape]),
      Question(name: "covered", opening: ["H", "c"], keys: ["4"], closing: ["0"], leaving: [.escape]),
      Question(name: "occlusion", keys: ["y", "y", "y"], closing: ["y"], isOfFirst: true),
      Question(name: "occlusion_all", keys: ["y", "y", "y"], closing: ["y"]),
      // The other network looks at the photo before it is timed; what is asked last time is not asked again.
      Question(name: "against", opening: ["D", "D"], keys: ["2", "D"], closing: ["D", "1", "D", "D"]),
    ]
  }
}
