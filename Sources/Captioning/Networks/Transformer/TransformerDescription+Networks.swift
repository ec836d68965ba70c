import Raster

extension TransformerDescription {
  init(_ encoder: VisionTransformer, _ decoder: CrossAttentionDecoder, textCoding: TextCodingKind) {
    let (seeing, writing, processing) = (encoder.shape, decoder.shape, encoder.processing)
    self.init(
      encoder: Stack(layers: seeing.layers, heads: seeing.heads, width: seeing.width),
      decoder: Stack(layers: writing.layers, heads: writing.heads, width: writing.width), patch: seeing.patch,
      positions: writing.positions, textCoding: textCoding, resizeRule: "\(processing.filter), antialiased",
      mean: processing.mean, deviation: processing.deviation)
  }
}
