package llm

import (
	"net"
	"net/url"
)

// Exposes reports whether what is sent to u can be read on the way: it is not
// encrypted, and leaves this machine.
func Exposes(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return u.Scheme == "http" && host != "localhost" && (ip == nil || !ip.IsLoopback())
}
