// The C library of this platform, under one name. Only here it is chosen.
//
// An import holds for one file, so each file that calls C would choose again; to pass the import on is what
// the underscore costs.
#if canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#elseif canImport(Darwin)
  @_exported public import Darwin
#else
  #error("Unsupported platform")
#endif
