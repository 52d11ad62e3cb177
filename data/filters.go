package data

import (
	"sync"

	"github.com/vicinal-ml/vicinal/data/internal/resample"
)

// filters resample sounds of any rate to one. Each filter is made when a file
// first needs it. It may be used by several goroutines at once.
type filters struct {
	to int // samples a second

	mu sync.Mutex
	by map[int]*resample.Filter // by the rate of the file
}

// maxFilters bounds the filters that are kept, of files of as many rates.
const maxFilters = 16

// from returns the filter for files of a rate.
func (f *filters) from(rate int) (*resample.Filter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if filter := f.by[rate]; filter != nil {
		return filter, nil
	}
	filter, err := resample.New(rate, f.to)
	if err != nil {
		return nil, err
	}
	if f.by == nil || len(f.by) == maxFilters {
		f.by = make(map[int]*resample.Filter)
	}
	f.by[rate] = filter
	return filter, nil
}
