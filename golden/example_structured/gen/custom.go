// This file is yours: distigen build makes it once and never touches it again.
//
// To change a generated function, prompt, model or row type, move it here, or to any other file of yours in this folder, and
// run distigen build again. It leaves out what your files declare and calls yours in its place.

package main
