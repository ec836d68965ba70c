// swift-tools-version: 6.0
import PackageDescription

// The type of paths.
let paths = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

// Training on many machines, where their message passing interface is installed: `GAZE_MPI=1 swift build`.
let hasMPI = Context.environment["GAZE_MPI"] == "1"
let messagePassing: [Target] =
  hasMPI ? [.systemLibrary(name: "CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])])] : []
let ofMessagePassing: [Target.Dependency] = hasMPI ? ["CMPI"] : []
let toldOfMessagePassing: [SwiftSetting] = hasMPI ? [.define("GAZE_MPI")] : []

let package = Package(
  name: "gaze",
  products: [.executable(name: "gaze", targets: ["Gaze"]), .executable(name: "fuzz", targets: ["Fuzz"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.4.0"),
  ],
  targets: messagePassing + [
    // System libraries: a module map and accessors Swift cannot express itself, each imported by one owner only.
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CGIF"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Libraries that only some commands call and that are slow to load: loaded when first called.
    .target(name: "CForwarding", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "COpenBLAS", dependencies: ["CForwarding"]),
    .target(name: "COpenSSL", dependencies: ["CForwarding"]),
    .target(name: "CTIFF", dependencies: ["CForwarding"]),

    // The loops BLAS does not do; optimised even in debug builds, which keeps the tests quick.
    .target(
      name: "CKernels",
      cSettings: [
        .unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math", "-fassociative-math", "-fno-signed-zeros"])
      ]),

    // What files are made of; nothing about pictures or networks.
    .target(name: "Files", dependencies: ["COpenSSL", "CZlib", paths]),

    // The engine: tensors and their operations, networks in files, captioning, training.
    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"], exclude: ["README.md"]),
    .target(name: "WeightFiles", dependencies: ["Files", "Tensors", paths]),
    .target(name: "Captioning", dependencies: ["Files", "Raster", "Tensors", "WeightFiles", paths]),
    .target(
      name: "Training",
      dependencies: ["Captioning", "Files", "Raster", "Tensors", "WeightFiles", paths] + ofMessagePassing,
      swiftSettings: toldOfMessagePassing),

    // What is seen: pictures, the terminal, accounts of attention, photos on disk.
    .target(name: "Raster", dependencies: ["CGIF", "CPNG", "CTIFF", "CTurboJPEG", "CWebP", "Files", paths]),
    .target(name: "Terminal", dependencies: ["CForwarding", "CNcurses", "Files", "Raster", paths]),
    .target(name: "Reports", dependencies: ["Captioning", "Files", "Raster", paths]),
    .target(name: "PhotoLibrary", dependencies: ["Captioning", "Files", "Raster", "Reports", paths]),
    .target(
      name: "Browser", dependencies: ["Captioning", "Files", "PhotoLibrary", "Raster", "Reports", "Terminal", paths]),

    // The program: commands and `main`.
    .executableTarget(
      name: "Gaze",
      dependencies: [
        "Browser", "Captioning", "Files", "PhotoLibrary", "Raster", "Reports", "Tensors", "Terminal", "Training",
        "WeightFiles", paths,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Swift's and Foundation's libraries take several times as long to load as to use; tests need theirs shared.
      swiftSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))] + toldOfMessagePassing,
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]),

    // Reads damaged files of every format; `Tests/Fuzz/run` builds it with the address sanitizer.
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Browser", "Captioning", "Files", "PhotoLibrary", "Raster", "Reports", "Tensors", "Terminal", "TestSupport",
        "Training", "WeightFiles", paths, .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", exclude: ["run", "unchecked.txt"]),

    .target(name: "CTestSupport", path: "Tests/CTestSupport", cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "TestSupport",
      dependencies: ["CTestSupport", "Captioning", "Files", "Raster", "Tensors", "Terminal", paths],
      path: "Tests/TestSupport"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport", paths]),
    .testTarget(name: "TensorsTests", dependencies: ["CKernels", "Tensors", "TestSupport"]),
    .testTarget(name: "WeightFilesTests", dependencies: ["Files", "Tensors", "TestSupport", "WeightFiles", paths]),
    .testTarget(
      name: "CaptioningTests",
      dependencies: ["Captioning", "Files", "Raster", "Tensors", "TestSupport", "WeightFiles", paths]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Captioning", "Files", "Raster", "Tensors", "TestSupport", "Training", "WeightFiles", paths]),
    .testTarget(name: "RasterTests", dependencies: ["Files", "Raster", "TestSupport", paths]),
    .testTarget(name: "TerminalTests", dependencies: ["Raster", "Terminal", "TestSupport", paths]),
    .testTarget(
      name: "ReportsTests", dependencies: ["Captioning", "Files", "Raster", "Reports", "TestSupport", paths]),
    .testTarget(
      name: "PhotoLibraryTests",
      dependencies: ["Captioning", "Files", "PhotoLibrary", "Raster", "Reports", "TestSupport", paths]),
    .testTarget(
      name: "BrowserTests",
      dependencies: [
        "Browser", "Captioning", "Files", "PhotoLibrary", "Raster", "Reports", "Terminal", "TestSupport", paths,
      ]),
    .testTarget(
      name: "GazeTests",
      dependencies: [
        "Browser", "Captioning", "Files", "Gaze", "PhotoLibrary", "Raster", "Reports", "Tensors", "Terminal",
        "TestSupport", "Training", "WeightFiles", paths,
      ]),
  ],
  swiftLanguageModes: [.v6]
)
