package core

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// digest is half a SHA-256, which nobody can meet on purpose either with less than 2^64 attempts; there are many of them.
type digest [sha256.Size / 2]byte

// digester makes digests.
type digester struct{ buffers sync.Pool }

// digestOf identifies a value by its content. It covers every field, so that a field added to a fact cannot be forgotten.
// Empty maps and slices count as absent ones.
func (d *digester) digestOf(v any) digest {
	b, _ := d.buffers.Get().(*[]byte)
	if b == nil {
		b = new([]byte)
	}
	defer d.buffers.Put(b)
	*b = appendValue((*b)[:0], reflect.ValueOf(v))
	sum := sha256.Sum256(*b)
	return digest(sum[:len(digest{})])
}

func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return append(binary.AppendUvarint(b, uint64(v.Len())), v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint8:
		return append(b, byte(v.Uint()))
	case reflect.Array:
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendValue(append(b, 1), v.Elem())
	case reflect.Struct:
		for i := range v.NumField() { //nolint:modernize // Fields allocates for every field
			b = appendValue(b, v.Field(i))
		}
		return b
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Map:
		return appendMap(b, v)
	default:
		panic(fmt.Sprintf("core: no digest of %s", v.Type()))
	}
}

func appendMap(b []byte, v reflect.Value) []byte {
	b = binary.AppendUvarint(b, uint64(v.Len()))
	if m, ok := reflect.TypeAssert[map[string]string](v); ok {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			b = append(binary.AppendUvarint(b, uint64(len(k))), k...)
			b = append(binary.AppendUvarint(b, uint64(len(m[k]))), m[k]...)
		}
		return b
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return cmp.Compare(x.String(), y.String()) })
	for _, k := range keys {
		b = appendValue(appendValue(b, k), v.MapIndex(k))
	}
	return b
}
