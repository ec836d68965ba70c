import Tensors

/// The network as a table, to be laid beside Szegedy et al. 2016 (https://arxiv.org/abs/1602.07261) and beside
/// `keras.applications.InceptionResNetV2`, whose names the blocks have and whose numbers these are; the paper's own
/// figures differ in places.
///
/// Sizes are for 299×299 pixels.
extension InceptionResNetV2 {
  /// Channels of the feature map.
  package static let gridChannels = 1536
  /// The least side in pixels that leaves a region.
  static let smallestSide = 75

  static let blocks: [Block] =
    // 299×299×3 → 35×35×192
    [
      Block(
        "stem",
        [
          [
            conv(32, 3, 3, stride: 2, .valid), conv(32, 3, 3, .valid), conv(64, 3, 3), .maxPool,
            conv(80, 1, 1, .valid), conv(192, 3, 3, .valid), .maxPool,
          ]
        ]),
      // → 35×35×320
      Block(
        "mixed_5b",
        [
          [conv(96, 1, 1)],
          [conv(48, 1, 1), conv(64, 5, 5)],
          [conv(64, 1, 1), conv(96, 3, 3), conv(96, 3, 3)],
          [.averagePool, conv(64, 1, 1)],
        ]),
    ]
    + (1...10).map {
      Block(
        "block35_\($0)",
        [
          [conv(32, 1, 1)],
          [conv(32, 1, 1), conv(32, 3, 3)],
          [conv(32, 1, 1), conv(48, 3, 3), conv(64, 3, 3)],
        ], residual: .init(scale: 0.17))
    }
    // → 17×17×1088
    + [
      Block(
        "mixed_6a",
        [
          [conv(384, 3, 3, stride: 2, .valid)],
          [conv(256, 1, 1), conv(256, 3, 3), conv(384, 3, 3, stride: 2, .valid)],
          [.maxPool],
        ])
    ]
    + (1...20).map {
      Block(
        "block17_\($0)",
        [
          [conv(192, 1, 1)],
          [conv(128, 1, 1), conv(160, 1, 7), conv(192, 7, 1)],
        ], residual: .init(scale: 0.1))
    }
    // → 8×8×2080
    + [
      Block(
        "mixed_7a",
        [
          [conv(256, 1, 1), conv(384, 3, 3, stride: 2, .valid)],
          [conv(256, 1, 1), conv(288, 3, 3, stride: 2, .valid)],
          [conv(256, 1, 1), conv(288, 3, 3), conv(320, 3, 3, stride: 2, .valid)],
          [.maxPool],
        ])
    ]
    + (1...10).map {
      Block(
        "block8_\($0)",
        [
          [conv(192, 1, 1)],
          [conv(192, 1, 1), conv(224, 1, 3), conv(256, 3, 1)],
        ], residual: $0 < 10 ? .init(scale: 0.2) : .init(scale: 1, relu: false))
    }
    // → 8×8×1536
    + [Block("conv_7b", [[conv(gridChannels, 1, 1)]])]

  private static func conv(
    _ outputs: Int, _ height: Int, _ width: Int, stride: Int = 1, _ padding: Convolution.Padding = .same
  ) -> Step {
    .convolution(outputs: outputs, height: height, width: width, stride: stride, padding: padding)
  }

  /// Regions of the feature map along a side of `pixels`.
  package static func regions(_ pixels: Int) -> Int {
    // Every branch of a block shrinks the picture alike.
    blocks.flatMap { $0.branches[0] }.reduce(pixels) { size, step in
      switch step {
      case .convolution(_, let kernel, _, let stride, .valid): (size - kernel) / stride + 1
      case .maxPool: (size - 3) / 2 + 1
      case .convolution, .averagePool: size
      }
    }
  }
}

/// What the table is made of.
extension InceptionResNetV2 {
  /// Branches that all start from the block's input and are joined by channels, in order.
  struct Block: Sendable {
    let name: String
    let branches: [[Step]]
    let residual: Residual?

    init(_ name: String, _ branches: [[Step]], residual: Residual? = nil) {
      self.name = name
      self.branches = branches
      self.residual = residual
    }
  }

  /// relu?(input + scale · (1×1 convolution with bias of the joined branches, back to the input's channels)).
  struct Residual: Sendable {
    let scale: Float
    var relu = true
  }

  enum Step: Sendable {
    /// Convolution without bias, batch normalisation without gamma, ReLU.
    case convolution(outputs: Int, height: Int, width: Int, stride: Int, padding: Convolution.Padding)
    /// 3×3, stride 2, no padding.
    case maxPool
    /// 3×3, stride 1, the mean of the pixels there are.
    case averagePool
  }
}
