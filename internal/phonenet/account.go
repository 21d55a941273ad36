package phonenet

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"time"
)

var (
	accountSID = regexp.MustCompile(`^AC[0-9a-f]{32}$`)
	plainToken = regexp.MustCompile(`^[0-9A-Za-z]+$`)
)

// account is a customer of the carrier. Its fields belong to Network.mu.
type account struct {
	sid      string
	token    string // empty until AddAccount, e.g. after the log was reopened
	name     string
	created  time.Time
	changed  time.Time
	inactive bool
	trial    bool
	verified map[string]bool
	numbers  []*number
	services map[string]*service
	messages []*message // as listed: accepted and received, oldest first
	requests uint64     // other than "send a text", for the draw of faults
}

// Account describes a customer of the carrier.
type Account struct {
	SID   string `json:"sid"`
	Token string `json:"token"`
	Name  string `json:"name"`
	// Trial accounts may text Verified phones only (error 21608).
	Trial    bool     `json:"trial,omitempty"`
	Verified []string `json:"verified,omitempty"`
	// Suspended accounts are refused with HTTP 403.
	Suspended bool `json:"suspended,omitempty"`
}

// AddAccount opens an account, or changes the one with the same SID. A SID is
// AC and 32 hex digits; a token is letters and digits, as Twilio's client
// demands. Texts that were under way when the log was closed go on from here,
// since their callbacks are signed with the token.
func (n *Network) AddAccount(a Account) error {
	if !accountSID.MatchString(a.SID) {
		return fmt.Errorf("add account %q: want AC and 32 lower-case hex digits", a.SID)
	}
	if !plainToken.MatchString(a.Token) {
		return errors.New("add account: token must be letters and digits, and not empty")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	acc := n.accountLocked(a.SID)
	acc.token, acc.name, acc.inactive = a.Token, a.Name, a.Suspended
	acc.trial, acc.verified = a.Trial, make(map[string]bool, len(a.Verified))
	for _, phone := range a.Verified {
		acc.verified[phone] = true
	}
	acc.changed = time.Now()
	n.resumeLocked(acc)
	return nil
}

// accountLocked finds an account or makes a place for one without a token,
// which no request can use.
func (n *Network) accountLocked(sid string) *account {
	acc := n.accounts[sid]
	if acc == nil {
		now := time.Now()
		acc = &account{sid: sid, created: now, changed: now, services: map[string]*service{}}
		n.accounts[sid] = acc
	}
	return acc
}

// openAccount checks a request's name and password, empty ones if it has none.
// The account in the path must be the one that signs in.
func (n *Network) openAccount(pathSID, user, password string) (*account, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	acc := n.accounts[pathSID]
	if acc == nil || acc.token == "" || user != pathSID ||
		subtle.ConstantTimeCompare([]byte(password), []byte(acc.token)) != 1 {
		return nil, errAuthenticate
	}
	if acc.inactive {
		return nil, errInactive
	}
	return acc, nil
}
