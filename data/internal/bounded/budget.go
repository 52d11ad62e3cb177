package bounded

import "fmt"

// Budget is the memory that the values of one file may take, in bytes.
type Budget struct {
	limit, left int64
}

// NewBudget is a budget of which nothing is taken.
func NewBudget(limit int64) *Budget { return &Budget{limit, limit} }

// Take takes n bytes off the budget, before they are allocated. The error says that it is used up.
func (b *Budget) Take(n int64) error {
	if n < 0 || n > b.left {
		return fmt.Errorf("its values take more than %d MiB of memory, the most that is read", b.limit>>20)
	}
	b.left -= n
	return nil
}

// Left is what may still be taken.
func (b *Budget) Left() int64 { return b.left }
