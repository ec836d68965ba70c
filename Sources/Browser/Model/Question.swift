import Captioning

/// What a person asks of the network about a photo: what if.
package enum Question: Sendable, Equatable {
  /// To recite a sentence.
  case say(String)
  /// To go on from the prefix in the job's settings, in another way than a caption does.
  /// - Parameter word: whose alternative was taken.
  case branch(of: Int, word: Int)
  /// To recite a caption without looking at some cells, and to draw it again where it was drawn.
  case hide(HiddenRegions, Caption, of: Int)
  /// To make maps of a caption by covering each cell in the photo.
  case covering(Caption)
  /// To have one of several networks recite a sentence; 0 is the program's own.
  case network(Int, String)
}
