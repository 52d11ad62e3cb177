// Package wholefile writes files and folders that outlast a loss of power:
// a file appears whole or not at all, and what a call has returned for is on
// the disk, with its name.
//
// A name is an entry of its folder, and it is there after a loss of power only
// if the folder was synced after the entry was made; so every function here
// syncs the folder as well. File systems that cannot sync a folder make the
// entries last in their own time.
package wholefile
