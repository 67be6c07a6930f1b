package screen

import "time"

// doubleClick is how soon a second click must follow.
const doubleClick = 500 * time.Millisecond

// Clicks tells a double click from two clicks.
type Clicks struct {
	at    time.Time
	index int
}

// Twice notes a click on row i, and says whether it was the second one of a
// double click.
func (c *Clicks) Twice(i int, now time.Time) bool {
	twice := !c.at.IsZero() && c.index == i && now.Sub(c.at) <= doubleClick
	c.index, c.at = i, now
	if twice {
		c.at = time.Time{}
	}
	return twice
}
