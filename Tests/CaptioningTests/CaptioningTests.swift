import Testing

@testable import Captioning
