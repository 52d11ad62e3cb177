package study

import (
	"context"
	"slices"
)

// rounds trains the open runs of a sequential study, look by look, until it has
// ended.
func (c *call) rounds(ctx context.Context, open []int) error {
	for !c.results.Ended {
		stop := c.results.Spec.Stop
		next := stop.Next(c.results.Look)
		var round []int
		for _, i := range open {
			if slices.Contains(c.results.Spec.Seeds[:next], c.results.Runs[i].Seed) {
				round = append(round, i)
			}
		}
		open = open[len(round):] // they are in the order of seeds
		if err := c.trainAll(ctx, round); err != nil {
			return err
		}
		if c.failure != nil {
			return nil // the look has to wait for the run that failed
		}
		if ended := c.budget.endedAt(); ended > 0 {
			c.results.Spec.Stop.EndedAt = ended
			if err := keep(c.results.Dir, c.results.Spec); err != nil {
				return err
			}
		}
		if err := c.results.tabulate(); err != nil {
			return err
		}
	}
	return nil
}
