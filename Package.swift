// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "gaze",
  products: [.executable(name: "gaze", targets: ["Gaze"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    // System libraries: a module map and accessors Swift cannot express itself, each imported by one owner only.
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CGIF"),

    // Libraries that only some commands call and that are slow to load: loaded when first called.
    .target(name: "CForwarding", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "COpenBLAS", dependencies: ["CForwarding"]),
    .target(name: "CHDF5", dependencies: ["CForwarding"]),
    .target(name: "COpenSSL", dependencies: ["CForwarding"]),
    .target(name: "CTIFF", dependencies: ["CForwarding"]),

    // The loops BLAS does not do; optimised even in debug builds, which keeps the tests quick.
    .target(
      name: "CKernels",
      cSettings: [
        .unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math", "-fassociative-math", "-fno-signed-zeros"])
      ]),

    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"]),
    .target(name: "WeightFiles", dependencies: ["Tensors", "COpenSSL", "CHDF5"]),
    .target(name: "Raster", dependencies: ["CTurboJPEG", "CPNG", "CWebP", "CGIF", "CTIFF"]),
    .target(name: "Captioning", dependencies: ["Tensors", "WeightFiles", "Raster"]),
    .target(name: "Terminal", dependencies: ["CNcurses", "Raster"]),
    .executableTarget(
      name: "Gaze",
      dependencies: [
        "Tensors", "WeightFiles", "Raster", "Captioning", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Swift's and Foundation's libraries take several times as long to load as to use; tests need theirs shared.
      swiftSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))],
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]),

    .target(name: "CTestSupport", path: "Tests/CTestSupport", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "TestSupport", dependencies: ["Tensors", "CTestSupport"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "CKernels", "TestSupport"]),
    .testTarget(name: "WeightFilesTests", dependencies: ["WeightFiles", "TestSupport"]),
    .testTarget(name: "RasterTests", dependencies: ["Raster", "TestSupport"]),
    .testTarget(name: "CaptioningTests", dependencies: ["Captioning", "TestSupport"]),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "TestSupport"]),
    .testTarget(name: "GazeTests", dependencies: ["Gaze", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
