package evidence

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// PayloadType is what the envelopes hold: an in-toto statement.
const PayloadType = "application/vnd.in-toto+json"

// envelope is a DSSE envelope. The library for it is lenient where the
// specification lets it be (base64 of two alphabets, any spacing); here an
// envelope has one form, so that no byte of it can change unseen.
type envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"` // base64
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"` // base64
}

// PAE is what is signed: DSSE's pre-authentication encoding.
func PAE(payloadType string, payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
}

// seal signs a statement.
func seal(k *PrivateKey, st Statement) ([]byte, error) {
	payload, err := json.Marshal(st)
	if err != nil {
		return nil, err
	}
	sig := ed25519.Sign(k.key, PAE(PayloadType, payload))
	return envelope{
		PayloadType: PayloadType,
		Payload:     base64.StdEncoding.EncodeToString(payload),
		Signatures:  []signature{{KeyID: k.Public().ID(), Sig: base64.StdEncoding.EncodeToString(sig)}},
	}.encode()
}

// encode gives the one form: one line of JSON.
func (e envelope) encode() ([]byte, error) {
	data, err := json.Marshal(e)
	return append(data, '\n'), err
}

// errForm says that a file is no envelope as lifeboat writes them.
var errForm = errors.New("it is not an envelope as lifeboat writes it")

// parse reads an envelope, its payload and its one signature.
func parse(data []byte) (e envelope, payload, sig []byte, err error) {
	if err := json.Unmarshal(data, &e); err != nil {
		return e, nil, nil, fmt.Errorf("%w: %w", errForm, err)
	}
	if len(e.Signatures) != 1 {
		return e, nil, nil, fmt.Errorf("%w: it has %d signatures", errForm, len(e.Signatures))
	}
	if payload, err = base64.StdEncoding.Strict().DecodeString(e.Payload); err == nil {
		sig, err = base64.StdEncoding.Strict().DecodeString(e.Signatures[0].Sig)
	}
	if err != nil {
		return e, nil, nil, fmt.Errorf("%w: %w", errForm, err)
	}
	again, err := e.encode()
	if err == nil && !bytes.Equal(again, data) {
		err = fmt.Errorf("%w: its text was changed or formatted anew", errForm)
	}
	return e, payload, sig, err
}

// open proves an envelope's signature, and gives its statement.
func open(data []byte, k PublicKey) (Statement, error) {
	var st Statement
	e, payload, sig, err := parse(data)
	switch {
	case err != nil:
		return st, err
	case e.PayloadType != PayloadType:
		return st, fmt.Errorf("it holds %s, not %s", word(e.PayloadType), PayloadType)
	case e.Signatures[0].KeyID != k.ID():
		return st, fmt.Errorf("%w: key %s, and this is %s (%s)", errOtherKey, word(e.Signatures[0].KeyID), k.ID(), k.Path)
	case !ed25519.Verify(k.key, PAE(e.PayloadType, payload), sig):
		return st, errSignature
	}
	if err := json.Unmarshal(payload, &st); err != nil { // keys of a newer lifeboat are passed over
		return st, fmt.Errorf("its statement can't be read: %w", err)
	}
	if st.Type != StatementType {
		return st, fmt.Errorf("its statement is of type %s", word(st.Type))
	}
	return st, nil
}

var (
	errOtherKey  = errors.New("it was signed with another key")
	errSignature = errors.New("its signature does not match its content")
)
