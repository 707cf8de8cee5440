package core

import (
	"net/netip"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// shallow compares facts; absent and empty maps and lists are the same.
var shallow = cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{})}

func random(k adapter.Kind, seed uint64) runtime.Object {
	o := k.New()
	filler(seed).Fill(o)
	return o
}
