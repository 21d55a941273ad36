package twilio

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// errLate is why a request was not written: the right to post it had ended.
var errLate = errors.New("too late to post")

// meter is a connection that counts what is written to it, and refuses the first byte of a request
// that must not leave any more. HTTP/1.1 has one request at a time on a connection.
type meter struct {
	net.Conn
	written atomic.Int64
	expired atomic.Pointer[func() bool] // of the request that has the connection; nil: none
}

func (m *meter) Write(b []byte) (int, error) {
	if expired := m.expired.Swap(nil); expired != nil && (*expired)() {
		return 0, errLate
	}
	n, err := m.Conn.Write(b)
	m.written.Add(int64(n))
	return n, err
}

// probe watches the connection of one request.
type probe struct {
	meter  *meter
	before int64
}

// trace returns a context whose request is watched by the probe and begins only while expired, if
// not nil, says no.
func (p *probe) trace(ctx context.Context, expired func() bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		conn := info.Conn
		if secure, ok := conn.(*tls.Conn); ok {
			conn = secure.NetConn()
		}
		m, ok := conn.(*meter)
		if !ok {
			return
		}
		p.meter, p.before = m, m.written.Load()
		if expired != nil {
			m.expired.Store(&expired)
		}
	}})
}

// wrote says whether any byte of the request may have left. Without a connection none did.
func (p *probe) wrote() bool {
	return p.meter != nil && p.meter.written.Load() > p.before
}

// newTransport keeps a pool of connections. It speaks HTTP/1.1 only, follows nothing and repeats
// nothing: the transport repeats a request on its own only if its body can be read again, and those
// of a call cannot.
func newTransport(inFlight int) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &meter{Conn: conn}, nil
		},
		Proxy:               http.ProxyFromEnvironment,
		Protocols:           protocols,
		TLSHandshakeTimeout: 5 * time.Second,
		MaxIdleConns:        inFlight,
		MaxIdleConnsPerHost: inFlight,
		// A connection that rested longer may have been closed on the other side, and a text written
		// to it is unknown.
		IdleConnTimeout:        20 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
