package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// Report is what is signed besides the run itself: a file, or the report as
// JSON inside the envelope.
type Report struct {
	Name string          // of the file; empty: there is none
	Data []byte          // of the file
	JSON json.RawMessage // for the predicate; may be nil
}

// Sign proves a run that has ended, seals it where it is not, and signs the
// report that write makes of it. What is not proved is not signed: the error
// is a *Broken then. late says that the run was sealed only now.
func (s *Sealer) Sign(ctx context.Context, run string, write func(*drill.State) (Report, error)) (data []byte, late bool, err error) {
	k, err := LocalKey(s.KeyDir)
	if err != nil {
		return nil, false, fmt.Errorf("the key to sign with: %w", err)
	}
	c := Checker{Source: s.Source, RunsDir: s.RunsDir, Key: func() (PublicKey, error) { return k.Public(), nil }}
	p := c.Run(ctx, run)
	switch late = p.Broken != nil && p.Broken.What == unsealed; {
	case late:
		if err := s.Seal(ctx, run); err != nil {
			return nil, false, err
		}
	case p.Broken != nil:
		return nil, false, p.Broken
	}
	st, b := readSeal(s.RunsDir, run, c.Key)
	switch {
	case b != nil:
		return nil, late, b
	case st == nil:
		return nil, late, fmt.Errorf("the seal of run %s was taken away meanwhile", run)
	}
	j, b := readJournal(ctx, s.Source, run)
	if b != nil {
		return nil, late, b
	}
	r, err := write(&j.state)
	if err != nil {
		return nil, late, err
	}
	st.PredicateType, st.Predicate.Report = ReportPredicate, r.JSON
	st.Predicate.Signed, st.Predicate.Versions.Signer = s.Now().UTC().Round(0), s.Version
	if r.Name != "" {
		st.Subject = append([]Subject{{r.Name, Digest{hexDigest(r.Data)}}}, st.Subject...)
	}
	data, err = seal(k, *st)
	return data, late, err
}

// File proves a report with its envelope beside it, or an envelope alone, and
// the run that it is of where this store knows it.
func (c *Checker) File(ctx context.Context, path string) Proof {
	p := newProof("")
	return p.end(c.file(ctx, p, path))
}

func (c *Checker) file(ctx context.Context, p *Proof, path string) *Broken {
	report, envelope, data, b := pair(path)
	if b != nil {
		return b
	}
	st, b := openAt(LinkSignature, envelope, data, c.Key)
	if b != nil {
		return b
	}
	p.Run = st.Predicate.Run
	p.holds(LinkSignature, "%s was signed %s", filepath.Base(envelope), st.Predicate.Signed.Format("2006-01-02 15:04:05 UTC"))
	switch st.PredicateType {
	case RunPredicate:
	case ReportPredicate:
		b = c.report(p, st, report, envelope)
	default:
		b = &Broken{LinkSignature, envelope, "it says nothing of a run: it is " + word(st.PredicateType), ""}
	}
	if b != nil {
		return b
	}
	records, err := c.Source.Records(ctx, p.Run)
	if err == nil && len(records) == 0 && !c.left(p.Run) {
		p.Unseen = append(p.Unseen, "run "+word(p.Run)+" is not in this store: its journal and its outputs were not looked at")
		return nil
	}
	return c.run(ctx, p, p.Run, st)
}

// left says that a run left a seal here, whatever became of its journal.
func (c *Checker) left(run string) bool {
	if !filepath.IsLocal(run) {
		return false
	}
	_, err := os.Lstat(filepath.Join(c.RunsDir, run, SealName))
	return err == nil
}

// report proves the file that was signed. An envelope that was asked about by
// itself may be without it.
func (c *Checker) report(p *Proof, st *Statement, report, envelope string) *Broken {
	if len(st.Subject) == 0 || st.Subject[0].Name == JournalSubject {
		if report != "" {
			return &Broken{LinkReport, report, filepath.Base(envelope) + " was not made for a file", ""}
		}
		p.holds(LinkReport, "it is inside the envelope")
		return nil
	}
	name, want := st.Subject[0].Name, st.Subject[0].Digest.SHA256
	asked := report != ""
	if !asked {
		report = strings.TrimSuffix(envelope, EnvelopeSuffix)
	}
	data, err := os.ReadFile(report)
	switch {
	case err != nil && !asked:
		p.Unseen = append(p.Unseen, "the report "+word(name)+" is not beside the envelope")
		return nil
	case err != nil:
		return &Broken{LinkReport, report, err.Error(), ""}
	case hexDigest(data) != want:
		return &Broken{LinkReport, report, "it is not the text that was signed", "do not use it as evidence: `lifeboat report --sign -o FILE` writes it anew from the journal"}
	}
	p.holds(LinkReport, "%s is the text that was signed", filepath.Base(report))
	return nil
}

// pair finds a report and its envelope. report is empty when path is an
// envelope itself.
func pair(path string) (report, envelope string, data []byte, b *Broken) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", "", nil, &Broken{LinkFile, path, err.Error(), ""}
	}
	if strings.HasSuffix(path, EnvelopeSuffix) || bytes.HasPrefix(data, []byte(`{"payloadType":`)) {
		return "", path, data, nil
	}
	envelope = path + EnvelopeSuffix
	if data, err = os.ReadFile(envelope); err != nil {
		return "", "", nil, &Broken{LinkFile, path, "the envelope that was signed can't be read: " + err.Error(), "`lifeboat report --sign -o FILE` writes both"}
	}
	return path, envelope, data, nil
}
