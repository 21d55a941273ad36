package knowledge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
)

// kept are the organizations in the cache, the last used first.
func kept(c *cache) []account.OrgID {
	var orgs []account.OrgID
	for _, s := range c.scopes() {
		orgs = append(orgs, s.org)
	}
	return orgs
}

func of(org account.OrgID, version int64, bytes int) trained {
	return trained{scope: scope{org: org}, version: version, bytes: bytes}
}

func TestCacheDropsWhatWasUsedLongestAgo(t *testing.T) {
	t.Parallel()
	c := newCache(100)
	c.put(of(1, 1, 40))
	c.put(of(2, 1, 40))
	c.use(scope{org: 1})
	c.put(of(3, 1, 40))
	if diff := cmp.Diff([]account.OrgID{3, 1}, kept(&c)); diff != "" || c.bytes != 80 {
		t.Errorf("%d bytes, (-want +got):\n%s", c.bytes, diff)
	}
	c.put(of(4, 1, 500))
	if diff := cmp.Diff([]account.OrgID{4}, kept(&c)); diff != "" || c.bytes != 500 {
		t.Errorf("one too large alone is not kept alone: %d bytes, (-want +got):\n%s", c.bytes, diff)
	}
}

func TestCacheKeepsTheNewerModel(t *testing.T) {
	t.Parallel()
	c := newCache(100)
	c.put(of(1, 5, 40))
	c.put(of(1, 4, 10))
	if got, ok := c.peek(scope{org: 1}); !ok || got.version != 5 || c.bytes != 40 {
		t.Errorf("version %d of %d bytes, want 5 of 40", got.version, c.bytes)
	}
	c.put(of(1, 6, 30))
	if got, ok := c.use(scope{org: 1}); !ok || got.version != 6 || c.bytes != 30 {
		t.Errorf("version %d of %d bytes, want 6 of 30", got.version, c.bytes)
	}
}
