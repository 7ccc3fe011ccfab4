module supply/licences

go 1.26.0

toolchain go1.26.11

require (
	github.com/google/licensecheck v0.3.1
	golang.org/x/mod v0.43.0
)
