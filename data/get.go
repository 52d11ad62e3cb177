package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/vicinal-ml/vicinal/data/internal/fetch"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// GetOptions say how Get downloads. The zero value is fine.
type GetOptions struct {
	Home string // the folder with one folder for each set, "" for that of Home()

	// From is where to get the files in place of the official source: a URL
	// that each file's name is put behind, or a local folder that has them.
	From string

	// Progress is told what is being done; it may be nil.
	Progress func(Progress)

	// Idle is how long a connection may be silent, 0 for 30 seconds. Wait is the
	// time before a second try, 0 for a second.
	Idle, Wait time.Duration
}

// Progress is how far Get or Verify is.
type Progress struct {
	Step        string // "waiting", "downloading", "unpacking", "checking"
	File        string
	Done, Total int64 // bytes; Total is 0 where it is not known
}

// Bounds of what an archive unpacks to: Speech Commands, the largest, has
// 65,000 files of 2 GB.
const (
	maxUnpackedBytes   = 32 << 30
	maxUnpackedEntries = 1 << 20
	maxArchiveBytes    = 16 << 30
)

// Get downloads a data set to its folder in the home folder, where Open finds
// it, and returns that folder. If it is there already nothing is done. A
// download that was interrupted goes on where it stopped. Of several processes
// that ask at once one downloads, and the others wait for it. The folder
// appears when everything is whole, was read once, and is on disk.
func Get(ctx context.Context, name string, opt GetOptions) (dir string, err error) {
	r, req, err := parse(name)
	if err != nil {
		return "", err
	}
	if r.archives == nil {
		return "", &OptionError{name, "get", "there is nothing to download: " + r.info.Title}
	}
	home := opt.Home
	if home == "" {
		if home, err = Home(); err != nil {
			return "", err
		}
	}
	if err := wholefile.MkdirAll(home); err != nil {
		return "", fmt.Errorf("data set %s: %w", name, err)
	}
	g := &getter{opt: opt, reader: r, req: req, home: home, dir: filepath.Join(home, r.info.Name)}
	if err := g.get(ctx); err != nil {
		return "", fmt.Errorf("data set %s: %w", name, err)
	}
	return g.dir, nil
}

type getter struct {
	opt    GetOptions
	reader *reader
	req    request
	home   string
	dir    string // where the set is put
}

// aside is a path beside the set's folder that Open never looks at.
func (g *getter) aside(end string) string {
	return filepath.Join(g.home, "."+g.reader.info.Name+end)
}

func (g *getter) progress(step, file string, done, total int64) {
	if g.opt.Progress != nil {
		g.opt.Progress(Progress{step, file, done, total})
	}
}

func (g *getter) get(ctx context.Context) error {
	if done, err := g.there(); err != nil || done && !g.leftovers() {
		return err
	}
	unlock, err := fetch.Lock(ctx, g.aside(".lock"), func() { g.progress("waiting", g.reader.info.Name, 0, 0) })
	if err != nil {
		return fmt.Errorf("waiting for another download of it: %w", err)
	}
	defer unlock()
	parts := g.aside(".download")
	if done, err := g.there(); err != nil {
		return err
	} else if done {
		// Of a process that ended when the set was in place.
		return os.RemoveAll(parts)
	}
	if err := wholefile.MkdirAll(parts); err != nil {
		return err
	}
	archives := g.reader.archives
	err = g.downloadAll(ctx, archives, parts)
	if errors.Is(err, fs.ErrNotExist) && g.opt.From != "" && g.reader.other != nil &&
		g.downloadAll(ctx, g.reader.other, parts) == nil {
		archives, err = g.reader.other, nil
	}
	if err != nil {
		return err
	}
	if err := g.place(ctx, archives, parts); err != nil {
		return err
	}
	return os.RemoveAll(parts)
}

// there reports whether the set is in place; a folder that Get did not make is
// an error, as it is not Get's to change.
func (g *getter) there() (bool, error) {
	_, err := os.Stat(filepath.Join(g.dir, manifestName))
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if _, err := os.Lstat(g.dir); err == nil {
		return false, fmt.Errorf("%s is there, but was not downloaded by this program: move it away to download the set", g.dir)
	}
	return false, nil
}

// leftovers reports whether archives of a set in place are still there.
func (g *getter) leftovers() bool {
	_, err := os.Lstat(g.aside(".download"))
	return err == nil
}

func (g *getter) downloadAll(ctx context.Context, archives []Archive, parts string) error {
	for _, a := range archives {
		if err := g.download(ctx, a, parts); err != nil {
			return err
		}
	}
	return nil
}

func (g *getter) download(ctx context.Context, a Archive, parts string) error {
	dest := filepath.Join(parts, a.File)
	urls := a.URLs
	if g.opt.From != "" {
		urls = []string{strings.TrimSuffix(g.opt.From, "/") + "/" + a.File}
	}
	idle, wait := g.opt.Idle, g.opt.Wait
	if idle == 0 {
		idle = 30 * time.Second
	}
	if wait == 0 {
		wait = time.Second
	}
	client := &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: idle}).DialContext,
		TLSHandshakeTimeout:   idle,
		ResponseHeaderTimeout: idle,
		ForceAttemptHTTP2:     true,
	}}
	defer client.CloseIdleConnections()
	d := fetch.Downloader{
		Client:   client,
		Idle:     idle,
		Attempts: 5,
		Wait:     wait,
		Progress: func(_ string, done, total int64) { g.progress("downloading", a.File, done, total) },
	}
	return d.Get(ctx, fetch.File{URLs: urls, Dest: dest, SHA256: a.SHA256, Size: a.Size, Limit: maxArchiveBytes})
}

// place unpacks the archives aside, reads the set once, writes the manifest
// and renames.
func (g *getter) place(ctx context.Context, archives []Archive, parts string) (err error) {
	fresh := g.aside(".new")
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o755); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(fresh) // what cannot be removed now is before the next try
		}
	}()
	root, err := os.OpenRoot(fresh)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, a := range archives {
		path := filepath.Join(parts, a.File)
		g.progress("unpacking", a.File, 0, 0)
		if !fetch.IsArchive(a.File) {
			err = os.Link(path, filepath.Join(fresh, a.File))
			if err != nil {
				err = os.Rename(path, filepath.Join(fresh, a.File))
			}
		} else {
			err = fetch.Unpack(ctx, path, root, fetch.Limits{Bytes: maxUnpackedBytes, Entries: maxUnpackedEntries})
		}
		if err != nil {
			if ctx.Err() == nil {
				os.Remove(path) // it is what the source sent: the next Get asks anew
			}
			return err
		}
	}
	g.progress("checking", g.reader.info.Name, 0, 0)
	req := g.req
	req.opt = Options{Dir: fresh}
	if _, err := g.reader.open(ctx, req); err != nil {
		if ctx.Err() == nil {
			os.RemoveAll(parts)
		}
		return fmt.Errorf("what was downloaded cannot be read as this set: %w", err)
	}
	m := manifest{Set: g.reader.info.Name, Archives: archives}
	if err := m.list(ctx, fresh); err != nil {
		return err
	}
	if err := g.checkContent(m.Files); err != nil {
		os.RemoveAll(parts)
		return err
	}
	// All that the manifest lists is on the disk before the manifest is, and
	// that before the folder has its name.
	if err := wholefile.SyncAll(ctx, fresh); err != nil {
		return err
	}
	if err := m.write(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, g.dir); err != nil {
		return err
	}
	return wholefile.SyncDir(g.home)
}

// checkContent compares the files with the known sum of the set's content.
func (g *getter) checkContent(files []manifestFile) error {
	if g.reader.content == "" {
		return nil
	}
	if sum := folderSum(files, g.reader.contentIn); sum != g.reader.content {
		return fmt.Errorf("what was downloaded has other contents than %s: the sum of its files is %s, not %s",
			g.reader.info.Name, sum, g.reader.content)
	}
	return nil
}
