package drill

import "testing"

func TestAddressKeepsPasswordsWhole(t *testing.T) {
	env := map[string]string{"PW": "p@ss/wo:rd?#%", "HOST": "db1", "DSN": "postgres://a:b@c/d"}
	e := &Estate{Lookup: func(k string) (string, bool) { v, ok := env[k]; return v, ok }}
	for in, want := range map[string]string{
		"postgres://app:${PW}@${HOST}/shop?sslmode=x": "postgres://app:p%40ss%2Fwo%3Ard%3F%23%25@db1/shop?sslmode=x",
		"postgres://app@db1/shop":                     "postgres://app@db1/shop",
		"postgres:///shop?host=/run&user=a@b":         "postgres:///shop?host=/run&user=a@b",
		"${DSN}":                                      "postgres://a:b@c/d",
		"host=${HOST} user=app":                       "host=db1 user=app",
		"postgres://a%40b@db1/shop":                   "postgres://a%40b@db1/shop",
	} {
		if got, err := e.address(in); err != nil || got != want {
			t.Errorf("%s: got %s, want %s (%v)", in, got, want, err)
		}
	}
	if _, err := e.address("postgres://app:${NONE}@db/shop"); err == nil {
		t.Error("a missing variable is no error")
	}
}
