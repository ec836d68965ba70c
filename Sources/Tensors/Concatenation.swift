import CKernels

/// Feature maps side by side: `[…, C₁]`, `[…, C₂]`, … → `[…, C₁ + C₂ + …]`, equal but for the channels.
public func concatenatedChannels(_ parts: [Tensor]) -> Tensor {
  let outer = parts[0].shape.dropLast()
  precondition(parts.allSatisfy { $0.shape.dropLast() == outer }, "cannot join \(parts.map(\.shape)) by channels")
  let channels = parts.reduce(0) { $0 + $1.shape.last! }
  let rows = outer.reduce(1, *)
  let result = Tensor(uninitialized: outer + [channels])
  var offset = 0
  for part in parts {
    let width = part.shape.last!
    let target = result.pointer + offset
    forRows(rows, grain: max(64, (1 << 16) / channels)) { first, count in
      gaze_copy_channels(part.pointer + first * width, count, width, target + first * channels, channels)
    }
    offset += width
  }
  return result
}
