// Package powercut finds what a loss of power can leave of a program's files.
// It is for tests.
//
// [Record] runs a program under strace, which sees every system call that
// changes a file or a folder, whatever made it. [Trace.States] then gives the
// contents that a folder may have after the power was cut at any of them, in the
// manner of ALICE (Pillai et al., "All File Systems Are Not Created Equal",
// OSDI 2014):
//
//   - Data written and not synced is there, or not, or in part, or zeros.
//   - An entry made, renamed or removed is certain once its folder was synced.
//     Before that any set of these changes may have reached the disk in which,
//     of two that change the same name, the later one is not without the
//     earlier. A sync of a file says nothing of its name.
//
// That is harsher than ext4, whose journal keeps the changes of all names in
// their order: its states are among these.
package powercut
