import Testing

@testable import Gaze
