package data

import "strings"

// litter are the names of what systems and tools leave beside a user's files, in lower case.
// Names that begin with a dot are hidden and not listed here.
var litter = map[string]bool{
	"@eadir": true, "@tmp": true, "#recycle": true, "#snapshot": true, // Synology
	"@recycle": true, "@recently-snapshot": true, "@__thumb": true, // QNAP
	"__macosx": true, "icon\r": true, "temporary items": true, "network trash folder": true, // macOS
	"thumbs.db": true, "ehthumbs.db": true, "desktop.ini": true, "$recycle.bin": true, "system volume information": true, // Windows
	"lost+found": true, "__pycache__": true,
}

// isHidden reports whether a file or folder of that name is hidden.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// isLitter reports whether a tool or a system made a file or folder of that name for itself.
func isLitter(name string) bool { return litter[strings.ToLower(name)] }

// passedOver returns why an entry of a folder is not looked at, by its name
// alone; "" where it is.
func passedOver(name string, dir bool) string {
	what := "file"
	if dir {
		what = "folder"
	}
	switch {
	case isHidden(name):
		return "hidden " + what
	case isLitter(name):
		return what + " of a tool or system"
	}
	return ""
}
