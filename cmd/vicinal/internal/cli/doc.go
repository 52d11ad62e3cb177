// Package cli is the command line of vicinal: one file a command, each turning flags into an options
// struct, the options into one call of the packages below, and the result into text.
//
// A command is made by NewCmdX(f, runF): f carries what every command shares (the terminal, the opener of
// backends), and runF, when it is not nil, takes the place of the command's work, so that a test can look
// at the parsed options alone.
//
// All output goes through one [IO]: results to Out, progress and remarks to ErrOut. A command returns an
// error and never exits; [ExitCode] alone turns errors into exit codes, and [Main] prints the one line.
package cli
