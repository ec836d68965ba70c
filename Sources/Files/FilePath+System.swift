import Glibc
import SystemPackage

/// What the system says of paths.
extension FilePath {
  /// Facts about what is there, at the end of symbolic links; nil, with `errno`, when there is nothing or it cannot be
  /// reached.
  package var status: Glibc.stat? {
    var facts = Glibc.stat()
    return withPlatformString { fstatat(AT_FDCWD, $0, &facts, 0) } == 0 ? facts : nil
  }

  /// As `status`, of a symbolic link itself.
  package var linkStatus: Glibc.stat? {
    var facts = Glibc.stat()
    return withPlatformString { fstatat(AT_FDCWD, $0, &facts, AT_SYMLINK_NOFOLLOW) } == 0 ? facts : nil
  }

  /// Whether there is anything.
  public var exists: Bool { withPlatformString { access($0, F_OK) } == 0 }

  /// Whether there is a folder, or a link to one.
  package var isFolder: Bool { status.map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }

  /// What a symbolic link says it leads to; nil when this is none.
  package var linkTarget: FilePath? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = withPlatformString { readlink($0, &bytes, Int(PATH_MAX)) }
    return count < 0 ? nil : FilePath(platformString: bytes)
  }

  /// The user's own folder: `$HOME`, else the one the system knows.
  package static var home: FilePath {
    if let home = getenv("HOME"), home.pointee != 0 { return FilePath(platformString: home) }
    return getpwuid(getuid()).map { FilePath(platformString: $0.pointee.pw_dir) } ?? "/"
  }

  /// The folder that relative paths begin in.
  package static var current: FilePath {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return FilePath(platformString: path)
  }

  /// The path from the root of a path in a folder, without the dots it begins with. Dots behind names stay: what they
  /// lead to is for the system to say.
  package func absolute(in folder: FilePath) -> FilePath {
    if isAbsolute { return self }
    var base = folder
    for component in components.prefix(while: { $0.kind != .regular }) where component.kind == .parentDirectory {
      base.removeLastComponent()
    }
    return base.appending(components.drop { $0.kind != .regular })
  }

  /// The path from the root without dots. Where dots follow names, links before them are followed first, as the system
  /// does.
  package var standardized: FilePath {
    let path = absolute(in: .current)
    guard path.components.contains(where: { $0.kind == .parentDirectory }),
      let real = path.withPlatformString({ realpath($0, nil) })
    else { return path.lexicallyNormalized() }
    defer { free(real) }
    return FilePath(platformString: real)
  }

  /// Makes the folder, and those above it that are missing.
  /// - Parameter mode: of all that are made, as far as the user's mask lets it.
  package func makeFolder(mode: mode_t = 0o777) throws(FileError) {
    if isFolder || isEmpty { return }
    try removingLastComponent().makeFolder(mode: mode)
    if withPlatformString({ mkdir($0, mode) }) == 0 || errno == EEXIST { return }
    throw .fromErrno(self, "make")
  }

  /// Removes the file; one that is not there is no error.
  package func remove() throws(FileError) {
    guard withPlatformString(unlink) == 0 || errno == ENOENT else { throw .fromErrno(self, "remove") }
  }

  /// The names in a folder but `.` and `..`, in no order; nil when it cannot be read.
  package var names: [FilePath.Component]? {
    guard let folder = withPlatformString(opendir) else { return nil }
    defer { closedir(folder) }
    var names: [FilePath.Component] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
      }
      if let name, name.kind == .regular { names.append(name) }
    }
    return names
  }

  /// The path with something after its name: `a.txt` and `.partial` make `a.txt.partial`.
  package func addingToName(_ suffix: String) -> FilePath {
    guard let name = lastComponent else { return self }
    return removingLastComponent().appending(FileName.path(FileName.text(name) + suffix).components)
  }
}
