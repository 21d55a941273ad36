package phonenet

import "net/http"

// Handler serves everything on one port: Twilio's API below /2010-04-01/ and
// /v2/, the control endpoints in JSON, and the page of handsets at /.
//
// Everything but Twilio's API is open to whoever can connect. Serve it on a
// loopback address; requests that a page of another site makes a browser send
// are refused.
func (n *Network) Handler() http.Handler {
	open := http.NewServeMux()
	n.routeControl(open)
	n.routePage(open)
	mux := http.NewServeMux()
	n.routeAPI(mux)
	mux.Handle("/", http.NewCrossOriginProtection().Handler(open))
	return mux
}
