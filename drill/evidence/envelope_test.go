package evidence

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
)

// Envelopes that are signed well, and are not what lifeboat signs.
func TestEnvelopesThatAreNone(t *testing.T) {
	k, err := LocalKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sign := func(kind, payload string, signatures int) []byte {
		e := envelope{PayloadType: kind, Payload: base64.StdEncoding.EncodeToString([]byte(payload))}
		sig := base64.StdEncoding.EncodeToString(ed25519.Sign(k.key, PAE(kind, []byte(payload))))
		for range signatures {
			e.Signatures = append(e.Signatures, signature{k.Public().ID(), sig})
		}
		data, err := e.encode()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	good := `{"_type":"` + StatementType + `","subject":[],"predicateType":"x","predicate":{"moon":"risen"},"added":"by a newer lifeboat"}`
	if st, err := open(sign(PayloadType, good, 1), k.Public()); err != nil || st.PredicateType != "x" {
		t.Errorf("a good one: %v", err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no signature":      {sign(PayloadType, good, 0), "0 signatures"},
		"two signatures":    {sign(PayloadType, good, 2), "2 signatures"},
		"another type":      {sign("text/plain", good, 1), "it holds text/plain"},
		"another statement": {sign(PayloadType, strings.Replace(good, "v1", "v0.1", 1), 1), "Statement/v0.1"},
		"no statement":      {sign(PayloadType, "text", 1), "can't be read"},
		"formatted anew":    {append([]byte(" "), sign(PayloadType, good, 1)...), "formatted anew"},
		"something more":    {append(sign(PayloadType, good, 1), '{', '}'), "not an envelope"},
		"other base64":      {[]byte(strings.Replace(string(sign(PayloadType, good+" ", 1)), "=", "", 1)), "not an envelope"},
	} {
		if _, err := open(c.data, k.Public()); err == nil || !contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
