// The C library of this platform, under one name. Only here it is chosen.
//
// An import holds for one file: without this module each file that calls C would repeat these conditions.
// `@_exported` passes the import on; the underscore says that Swift does not promise to keep the word.
#if canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#elseif canImport(Darwin)
  @_exported public import Darwin
#else
  #error("Unsupported platform")
#endif
