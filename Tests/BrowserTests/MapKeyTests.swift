import Foundation
import PhotoLibrary
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

@Suite("Keys for kinds, layers and heads of maps") struct MapKeyTests {
  private func play(_ keys: Key..., layers: Int = 2, heads: Int = 3) throws -> BrowserHarness {
    let service = FakeCaptionService(maps: CaptionMaps(layers: layers, heads: heads))
    return try BrowserHarness.play(
      PictureFolder(), size: Size(columns: 120, rows: 40), service: service,
      script: [NullScreen.Step].keys(.enter, "l") + keys.map { NullScreen.Step.key($0) })
  }

  @Test("step through them and come back to all") func steps() throws {
    func choice(_ keys: Key...) throws -> MapChoice {
      let service = FakeCaptionService(maps: CaptionMaps(layers: 2, heads: 3))
      let played = try BrowserHarness.play(
        PictureFolder(), service: service, script: [NullScreen.Step].keys(.enter) + keys.map { NullScreen.Step.key($0) }
      )
      let record = try #require(played.model.record)
      #expect(record.entries.allSatisfy { $0.told?.maps.choice == played.model.captions.maps })
      #expect(played.service.decodes == 1, "nothing is drawn anew")
      return played.model.captions.maps
    }
    #expect(try choice() == MapChoice())
    #expect(try choice("y") == MapChoice(kind: .value))
    #expect(try choice("y", "y", "y") == MapChoice(kind: .occlusion))
    #expect(try choice("y", "y", "y", "y") == MapChoice())
    #expect(try choice("}") == MapChoice(layer: 0))
    #expect(try choice("}", "}", "}") == MapChoice())
    #expect(try choice("{", ")", ")") == MapChoice(layer: 1, head: 1))
    #expect(try choice("(", "y", "y") == MapChoice(kind: .gradient, head: 2))
  }

  @Test("occlusion is of all layers and heads together, and says so") func occlusion() throws {
    let played = try play("}", ")", "y", "y", "y")
    #expect(played.model.captions.maps == MapChoice(kind: .occlusion))
    #expect(played.text.contains("fall when left out of attention") && played.text.contains("occlusion even 1/64"))
    for key in ["{", "}", "(", ")"] as [Key] {
      let refused = try play("y", "y", "y", key)
      #expect(refused.model.captions.maps == MapChoice(kind: .occlusion))
      #expect(refused.text.contains("of all layers and heads together"))
    }
  }

  @Test("the shown caption has its maps before the others, each asked once") func shownFirst() throws {
    let harness = try play("2", "y")
    let jobs = harness.effects.performed.compactMap { effect -> [Caption]? in
      if case .caption(let job) = effect, !job.retold.isEmpty { job.retold } else { nil }
    }
    let drawn = (0..<5).map { FakeCaptionService.caption(seed: UInt64(1 + $0), settings: DecodingSettings()).text }
    #expect(jobs.map { $0.map(\.text) } == [[drawn[1]], [drawn[0]] + drawn[2...]])
  }

  @Test("one caption's maps are made by covering each cell, and y goes back to those of all") func covering() throws {
    let covered = try play("Y")
    let record = try #require(covered.model.record)
    #expect(record.entries.map { $0.told?.maps.choice.kind } == [.covering] + Array(repeating: .attention, count: 4))
    #expect(record.currentWord?.attention.peak.row == 0 && covered.text.contains("fall when covered in the photo"))
    #expect(covered.model.captions.maps == MapChoice() && !covered.model.isBusy && covered.service.decodes == 1)
    #expect(try play("Y", "Y").model.notice?.text == "these are its maps: y goes back")
    let back = try play("Y", "y")
    #expect(back.model.record?.told?.maps.choice == MapChoice() && back.model.captions.maps == MapChoice())
    #expect(try play("H", "3", .enter, "Y").model.notice?.text.hasPrefix("cells are hidden already") == true)
    let lines = BrowserHarness.answer(try PictureFolder(), ["caption", "covering", "word 2"])
    #expect(lines.said.contains("Maps of what covering each cell takes: y goes back."))
    #expect(lines.said.last?.contains("Attention: ") == true && lines.said.last?.contains("top") == true)
  }

  @Test("covering tells how far it is and Esc stops it") func progress() throws {
    let folder = try PictureFolder()
    let service = FakeCaptionService(holdingCovers: true)
    let browser = HeldBrowser(service)
    browser.send(.action(.open(ListingRequest(typed: [folder.path]))))
    #expect(browser.settles { !$0.isBusy && $0.photo != nil })
    browser.send(.key(.enter))
    #expect(browser.settles { !$0.isBusy && $0.record != nil })
    browser.send(.key("Y"))
    #expect(browser.settles { $0.captions.work?.share == 0.5 })
    let lines = BrowserHarness.lines(BrowserView(browser.model, painter: ImmediatePainter()).draw())
    #expect(lines.contains { $0.contains("covering 50 %") })
    browser.send(.key(.escape))
    #expect(browser.settles { !$0.isBusy } && browser.model.notice?.text == "stopped")
    #expect(browser.model.record?.told?.maps.choice == MapChoice(), "it is as it was")
  }

  @Test("the legend and the numbers say which map is shown, and its cells are drawn") func legend() throws {
    let all = try play()
    #expect(all.text.contains("attention even 1/64") && all.text.contains("attention, all layers, all heads"))
    let one = try play("y", "}", ")")
    #expect(one.text.contains("value L1 H1 even 1/64"))
    #expect(one.text.contains("value-weighted attention, layer 1 of 2, head 1 of 3"))
    let (before, after) = (try #require(all.model.record?.currentWord), try #require(one.model.record?.currentWord))
    #expect(before.word == after.word && before.attention != after.attention)
  }

  @Test("a network with one map has kinds alone") func single() throws {
    let played = try play("}", layers: 1, heads: 1)
    #expect(played.model.captions.maps == MapChoice() && played.text.contains("one layer and one head"))
    #expect(try !play(layers: 1, heads: 1).text.contains("attention even"))
    #expect(try play("y", layers: 1, heads: 1).text.contains("value even 1/64"))
  }

  @Test("an edited caption keeps its edit, and captions drawn afterwards have the chosen maps") func edits() throws {
    let service = FakeCaptionService(maps: CaptionMaps(layers: 2, heads: 2))
    let folder = try PictureFolder()
    let edited = BrowserHarness.play(
      folder, service: service,
      script: .keys(.enter, "e") + .typed("!") + .keys(.enter, "y", "}"))
    let record = try #require(edited.model.record)
    #expect(record.edits.count == 1 && edited.model.prompt == nil)
    #expect(record.captions.allSatisfy { $0.maps.choice == MapChoice(kind: .value, layer: 0) })
    let next = BrowserHarness.play(folder, service: service, script: .keys(.enter, "y", "j", .enter))
    #expect(next.model.record?.caption?.maps.choice == MapChoice(kind: .value))
  }

  @Test("captions are drawn with maps of attention, then told with the kind that is usual for the network") func usual()
    throws
  {
    func play(_ keys: Key...) throws -> BrowserHarness {
      try BrowserHarness.play(
        PictureFolder(), size: Size(columns: 120, rows: 40),
        service: FakeCaptionService(maps: CaptionMaps(layers: 2, heads: 3), usual: .gradient),
        script: [NullScreen.Step].keys(.enter) + keys.map { NullScreen.Step.key($0) })
    }
    let harness = try play()
    let jobs = harness.effects.performed.compactMap { effect -> CaptionJob? in
      if case .caption(let job) = effect { job } else { nil }
    }
    let drawn = (0..<5).map { FakeCaptionService.caption(seed: UInt64(1 + $0), settings: DecodingSettings()).text }
    #expect(jobs.map(\.maps) == [MapChoice(), MapChoice(kind: .gradient), MapChoice(kind: .gradient)])
    #expect(jobs.map { $0.retold.map(\.text) } == [[], [drawn[0]], Array(drawn[1...])], "the shown one first")
    let record = try #require(harness.model.record)
    #expect(record.entries.allSatisfy { $0.told?.maps.choice == MapChoice(kind: .gradient) })
    #expect(!harness.model.isBusy && harness.text.contains("gradient even 1/64"))
    // Drawing anew too; and what the user chose stays, whatever is usual.
    #expect(try play("s").model.record?.told?.maps.choice == MapChoice(kind: .gradient))
    #expect(try play("y", "y").model.captions.maps == MapChoice())
    #expect(try play("y", "y", "j", .enter).model.record?.told?.maps.choice == MapChoice())
  }

  @Test("captions drawn for many photos are told with the usual maps once they are looked at") func queued() throws {
    let harness = try BrowserHarness.play(
      PictureFolder(), service: FakeCaptionService(maps: CaptionMaps(layers: 2, heads: 3), usual: .gradient),
      script: .keys("A", "y", "j"))
    let photo = try #require(harness.model.photo)
    let records = harness.model.captions.records
    #expect(records.count > 2)
    #expect(records[photo.path]?.told?.maps.choice == MapChoice(kind: .gradient))
    #expect(records.values.contains { $0.told?.maps.choice == MapChoice() }, "nobody has looked at all")
  }

  @Test("maps that were stopped or could not be made are not asked for again by themselves") func notAgain() throws {
    func jobs(_ effects: [Effect]) -> [CaptionJob] {
      effects.compactMap { if case .caption(let job) = $0 { job } else { nil } }
    }
    for isFailure in [false, true] {
      var store = BrowserStore(try play().model)
      let job = try #require(jobs(store.send(.key("y"), now: 0)).first)
      #expect(job.maps == MapChoice(kind: .value) && store.model.isBusy)
      let end = isFailure ? CaptionMessage.failed(job, reason: "no") : .cancelled(job)
      #expect(jobs(store.send(.caption(end), now: 0)).isEmpty && !store.model.isBusy)
      #expect(jobs(store.send(.key("t"), now: 0)).isEmpty)
      #expect(jobs(store.send(.key("y"), now: 0)).map(\.maps) == [MapChoice(kind: .gradient)])
    }
  }

  @Test("a photo that takes long to encode tells how far it is") func encoding() throws {
    let folder = try PictureFolder()
    let service = FakeCaptionService(holdingEncodes: true)
    let browser = HeldBrowser(service)
    browser.send(.action(.open(ListingRequest(typed: [folder.path]))))
    #expect(browser.settles { !$0.isBusy && $0.photo != nil })
    browser.send(.key(.enter))
    #expect(browser.settles { $0.captions.work?.share == 0.5 })
    let lines = BrowserHarness.lines(BrowserView(browser.model, painter: ImmediatePainter()).draw())
    #expect(lines.contains { $0.contains("encoding 50 %") })
    service.letGo()
    #expect(browser.settles { !$0.isBusy && $0.record != nil })
    #expect(browser.model.captions.work == nil)
  }

  @Test("encoded photos are kept as long as they take little memory together") func memory() throws {
    func encodes(_ bytes: Int) throws -> Int {
      try BrowserHarness.play(
        PictureFolder(), service: FakeCaptionService(photoBytes: bytes),
        script: .keys(.enter, "j", .enter, "k", "s", "j", "s")
      ).service.encodes
    }
    #expect(try encodes(0) == 2)
    #expect(try encodes(CaptionWorker.mostBytes / 2) == 2)
    // The newest always stays, alone.
    #expect(try encodes(CaptionWorker.mostBytes / 2 + 1) == 4)
  }
}

/// A browser whose service is held half-way: work goes on beside it until what is waited for is there.
private final class HeldBrowser {
  private var store = BrowserStore(BrowserHarness.model(NullScreen(size: Size(columns: 120, rows: 40), script: [])))
  private let mailbox = Mailbox()
  private let effects: BackgroundEffects

  init(_ service: FakeCaptionService) { effects = BackgroundEffects(service: service, mailbox: mailbox) }

  var model: BrowserModel { store.model }

  func send(_ message: Message) { store.send(message, now: 0).forEach(effects.run) }

  func settles(until isDone: (BrowserModel) -> Bool) -> Bool {
    let end = Date().addingTimeInterval(20)
    while Date() < end {
      for message in mailbox.take() { send(message) }
      if isDone(model) { return true }
      Thread.sleep(forTimeInterval: 0.002)
    }
    return false
  }
}
