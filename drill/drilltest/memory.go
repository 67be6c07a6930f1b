// Package drilltest helps tests that need an engine: a journal and history in
// memory, and an engine on fake drivers.
package drilltest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Memory is a Journal and a History in memory. The zero value is empty and
// ready.
type Memory struct {
	mu     sync.Mutex
	events map[string][]drill.Event
	sums   []drill.Summary // newest first
	fail   error
}

// Fail makes every following Append end with err; nil ends that.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// Append keeps events. They go through their stored form, as in the real
// journal.
func (m *Memory) Append(_ context.Context, events []drill.Event, sum drill.Summary) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if m.events == nil {
		m.events = map[string][]drill.Event{}
	}
	for _, e := range events {
		if want := int64(len(m.events[e.Run])) + 1; e.Seq != want {
			return fmt.Errorf("event %d of run %s: %d was expected", e.Seq, e.Run, want)
		}
		kind, data, err := drill.EncodeBody(e.Body)
		if err != nil {
			return err
		}
		if e.Body, err = drill.DecodeBody(kind, data); err != nil {
			return err
		}
		m.events[e.Run] = append(m.events[e.Run], e)
	}
	i := slices.IndexFunc(m.sums, func(s drill.Summary) bool { return s.ID == sum.ID })
	if i < 0 {
		m.sums = slices.Insert(m.sums, 0, sum)
	} else {
		m.sums[i] = sum
	}
	return nil
}

// Events reads a journal.
func (m *Memory) Events(_ context.Context, run string) ([]drill.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if es, ok := m.events[run]; ok {
		return slices.Clone(es), nil
	}
	return nil, drill.ErrNoRun
}

// Add puts a summary into the history, as the oldest.
func (m *Memory) Add(sums ...drill.Summary) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sums = append(m.sums, sums...)
}

// Runs lists summaries, newest first.
func (m *Memory) Runs(_ context.Context, f drill.RunFilter) ([]drill.Summary, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []drill.Summary
	for _, s := range m.sums {
		switch {
		case f.Workload != "" && s.Workload != f.Workload,
			f.Mode != "" && s.Mode != f.Mode,
			f.Ended && s.Ended.IsZero(),
			f.Open && !s.Ended.IsZero(),
			s.Started.Before(f.Since):
			continue
		}
		out = append(out, s)
		if f.Limit > 0 && len(out) == f.Limit {
			break
		}
	}
	return out, nil
}

// FindRun finds a run by the beginning of its id.
func (m *Memory) FindRun(_ context.Context, prefix string) (drill.Summary, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sums {
		if strings.HasPrefix(s.ID, prefix) {
			return s, nil
		}
	}
	return drill.Summary{}, drill.ErrNoRun
}
