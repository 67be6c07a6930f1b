package drill

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/lifeboat-dr/lifeboat/runbook"
)

// A runbook may hold the value of a secret, word for word. The journal then
// has it masked, and what runs is taken from the runbook itself: a run that
// goes on in another process reads it again, if it is still the same.

// commandsOf are a runbook's commands by their lines.
func commandsOf(rb *runbook.Runbook) map[int]*runbook.Command {
	out := map[int]*runbook.Command{}
	for _, steps := range [][]runbook.Step{rb.Prerequisites, rb.Steps, rb.PostRecovery, rb.Rollback} {
		for i := range steps {
			for b := range steps[i].Blocks {
				if c := steps[i].Blocks[b].Command; c != nil {
					out[c.Line] = c
				}
			}
		}
	}
	return out
}

// sumOf is the digest of a runbook's text, as RunInfo has it.
func sumOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:])
}

// reread finds the commands of a run whose journal has the runbook masked.
func reread(info *RunInfo) map[int]*runbook.Command {
	if sumOf(info.Source) == info.SHA256 {
		return nil // as it is
	}
	rb, err := runbook.Load(info.Runbook)
	if err != nil || sumOf(rb.Source) != info.SHA256 {
		return nil // what is masked can't be run: Decide says so
	}
	return commandsOf(rb)
}

// command is what a unit runs: as the runbook has it, where the journal must
// not.
func (d decision) command(step, unit int) (*runbook.Command, error) {
	st := &d.s.Steps[step]
	c := st.StepDef.Step.Blocks[st.Units[unit].Block].Command
	if whole, ok := d.g.Commands[c.Line]; ok {
		return whole, nil
	}
	if strings.Contains(c.Script, Hidden) && sumOf(d.s.Info.Source) != d.s.Info.SHA256 {
		return nil, refuse(RefuseNow, "this command holds a secret, which the journal does not have, and the runbook has changed since",
			"edit the command, or do it by hand")
	}
	return c, nil
}
