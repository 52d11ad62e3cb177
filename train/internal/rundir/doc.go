// Package rundir is the folder that a training run leaves on the disk: the names
// of its files, its lock, its journals, and the checkpoints of before that it
// keeps. What the files hold is the business of package train.
//
// Wherever a process or the power ends, what is left is a folder that the run
// can go on from: files are replaced whole, journals only grow but for the cut
// back to a checkpoint, and of the checkpoints one at least is there under its
// name.
package rundir
