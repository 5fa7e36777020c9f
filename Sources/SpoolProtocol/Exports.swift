// The declarations of this module use types of the two modules below it.
@_exported public import SpoolFiles
