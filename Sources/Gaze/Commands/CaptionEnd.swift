import ArgumentParser

/// What a run of `gaze caption` says at its end.
struct CaptionEnd {
  let outcome: CaptionBatch.Outcome
  let account: ImageSource.Account
  /// Images there are, where that was known beforehand.
  let counted: Int?

  /// Says what was left out.
  /// - Throws: the exit code, when something was that was asked for.
  func tell() throws {
    let (total, failures) = ((counted ?? account.own) + account.problems.count, account.problems + outcome.failures)
    if account.done > 0 { Diagnostics.say("\(account.done) of \(total) images were captioned already") }
    if outcome.skipped > 0 { Diagnostics.say("\(outcome.skipped) of \(total) images had a sidecar already") }
    if outcome.kept > 0 {
      Diagnostics.say(
        "\(outcome.kept) of \(total) sidecars were edited by hand and left; --replace-edited replaces them")
    }
    if total > 1, !failures.isEmpty {
      Diagnostics.say("\(failures.count) of \(total) images and folders failed:")
    }
    failures.forEach(Diagnostics.say)
    if !outcome.isComplete {
      let rest = counted == nil ? "" : " of \(total - account.done - outcome.skipped - outcome.kept)"
      Diagnostics.say("stopped after \(outcome.captioned)\(rest) images")
      throw ExitCode(130)
    }
    if !failures.isEmpty { throw ExitCode.failure }
  }
}
