package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"slices"
)

// signed says whether signature is Twilio's for a POST of the form to the address, with one of the
// tokens: the base64 of HMAC-SHA1 over the address and each key and value in the order of the keys
// (https://www.twilio.com/docs/usage/security). An empty token signs nothing.
func signed(signature, address string, form map[string]string, tokens ...string) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || len(given) != sha1.Size {
		return false
	}
	for _, token := range tokens {
		if token == "" {
			continue
		}
		mac := hmac.New(sha1.New, []byte(token))
		mac.Write([]byte(address))
		for _, key := range slices.Sorted(maps.Keys(form)) {
			mac.Write([]byte(key))
			mac.Write([]byte(form[key]))
		}
		if hmac.Equal(mac.Sum(nil), given) {
			return true
		}
	}
	return false
}
