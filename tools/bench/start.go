package main

import (
	"fmt"
	"time"
)

// oneWorkload is the least inventory with something to look at.
const oneWorkload = `version: 1
tiers: four
workloads:
  shop:
    kind: sqlite
    tier: 1
    source: {path: shop.db}
    copies: [{name: nightly, driver: sqlite, repository: backups}]
`

// aRunbook is one that somebody wrote, of usual length.
const aRunbook = `# Checkout %04d is down

What to do when customers can't pay.

## Steps

1. Look whether the database answers

   ` + "```sh\n   psql -c 'select 1' shop\n   ```" + `

2. Tell the support desk that we are on it

   - [ ] status page updated
   - [ ] support desk knows

3. If the database is damaged, start the restore

   ` + "```sh\n   pg_restore -d shop /mnt/nas/shop/<dump>\n   ```" + `

## Rollback

1. Put the old database back
`

// library makes a workspace with so many runbooks.
func (l *lab) library(n int) (place, error) {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("runbooks/checkout-%04d.md", i)] = fmt.Sprintf(aRunbook, i)
	}
	return l.workspace(fmt.Sprintf("library-%d", n), oneWorkload, files)
}

// complete is the last of the dashboard's first frame: its footer.
const complete = "? keys"

// firstFrame takes the time from fork to a text on the screen.
func firstFrame(open func() (*screen, error), text string) measure {
	return func() (time.Duration, error) {
		s, err := open()
		if err != nil {
			return 0, err
		}
		at, err := s.await(text)
		if cerr := s.close(); err == nil {
			err = cerr
		}
		return at.Sub(s.started), err
	}
}

// dashboard is the first frame of lifeboat alone.
func (p place) dashboard() measure {
	return firstFrame(func() (*screen, error) { return p.show() }, complete)
}

func takeStart(l *lab) ([]row, error) {
	many, err := l.library(1000)
	if err != nil {
		return nil, err
	}
	one, err := l.library(1)
	if err != nil {
		return nil, err
	}
	hello := func() (*screen, error) { return show(l.dir, many.env(), l.hello) }
	measures := []measure{many.dashboard(), one.dashboard(), firstFrame(hello, "Hello, this is Bubble Tea.")}
	lazygit := have("lazygit")
	if lazygit != "" {
		if err := l.do(many.dir, "git", "init", "-q"); err != nil {
			return nil, err
		}
		measures = append(measures, firstFrame(func() (*screen, error) { return show(many.dir, many.env(), lazygit) }, "Commits"))
	}
	for _, m := range measures { // what a first start makes is there in the second
		if _, err := m(); err != nil {
			return nil, err
		}
	}
	s, err := interleave(l.times(40), measures...)
	if err != nil {
		return nil, err
	}
	const what = "first frame with 1,000 runbooks"
	rows := []row{
		against(what, "Bubble Tea's hello (tools/bench/hello)", s[0], s[2], 1.3),
		against(what, "lifeboat with one runbook", s[0], s[1], 1.5),
	}
	if lazygit == "" {
		rows = append(rows, missing(what, "lazygit", "-", "lazygit", "go install github.com/jesseduffield/lazygit@latest"))
	} else {
		r := against(what, "lazygit", s[0], s[3], 1)
		r.Goal, r.OK = "-", nil
		rows = append(rows, r)
	}
	return rows, nil
}
