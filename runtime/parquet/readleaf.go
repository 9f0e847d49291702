package parquet

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/distigen/distigen/runtime/component"
)

// leaf says what a leaf holds, and how its values are read.
func (c *column) leaf(n *parquet.Column) {
	if lt := n.Type().LogicalType(); lt != nil && lt.Value != nil {
		c.logical(lt.Value, n.Type())
		return
	}
	switch n.Type().Kind() {
	case parquet.Boolean:
		c.kind, c.convert = component.Bool, func(v parquet.Value) any { return v.Boolean() }
	case parquet.Int32:
		c.kind, c.convert = component.Int, func(v parquet.Value) any { return int64(v.Int32()) }
	case parquet.Int64:
		c.kind, c.convert = component.Int, func(v parquet.Value) any { return v.Int64() }
	case parquet.Int96: // timestamps of older writers
		c.kind, c.convert = component.String, julian
	case parquet.Float:
		c.kind, c.convert = component.Float, func(v parquet.Value) any { return float64(v.Float()) }
	case parquet.Double:
		c.kind, c.convert = component.Float, func(v parquet.Value) any { return v.Double() }
	default:
		c.kind, c.convert, c.problem = component.String, text, "is binary"
	}
}

// logical is a leaf whose values mean more than their physical type says.
func (c *column) logical(meaning any, t parquet.Type) {
	c.kind = component.String
	switch m := meaning.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		c.convert = text
	case *format.NullType:
		c.convert = func(parquet.Value) any { return nil }
	case *format.IntType:
		c.kind, c.convert = component.Int, wholeNumber(m, t.Kind())
	case *format.DecimalType:
		c.convert = decimal(int(m.Scale), t.Kind())
	case *format.DateType:
		c.convert = func(v parquet.Value) any {
			return time.Unix(int64(v.Int32())*24*60*60, 0).UTC().Format(time.DateOnly)
		}
	case *format.TimeType:
		c.convert = clock(m.Unit, t.Kind())
	case *format.TimestampType:
		c.convert = timestamp(m)
	case *format.Float16Type:
		c.kind, c.convert = component.Float, half
	case *format.UUIDType:
		c.convert = func(v parquet.Value) any {
			id, err := uuid.FromBytes(v.ByteArray())
			if err != nil {
				return err
			}
			return id.String()
		}
	default:
		c.convert, c.problem = text, "is of the type "+strings.ToLower(t.String())+", which has no like here"
	}
}

func text(v parquet.Value) any { return string(v.ByteArray()) }

func wholeNumber(t *format.IntType, kind parquet.Kind) func(parquet.Value) any {
	switch {
	case kind == parquet.Int32 && t.IsSigned:
		return func(v parquet.Value) any { return int64(v.Int32()) }
	case kind == parquet.Int32:
		return func(v parquet.Value) any { return int64(v.Uint32()) }
	case t.IsSigned:
		return func(v parquet.Value) any { return v.Int64() }
	}
	return func(v parquet.Value) any {
		if v.Uint64() > math.MaxInt64 {
			return errors.New("is a number that no int can hold")
		}
		return int64(v.Uint64())
	}
}

// decimal prints an unscaled number with its point.
func decimal(scale int, kind parquet.Kind) func(parquet.Value) any {
	return func(v parquet.Value) any {
		unscaled := new(big.Int)
		switch kind {
		case parquet.Int32:
			unscaled.SetInt64(int64(v.Int32()))
		case parquet.Int64:
			unscaled.SetInt64(v.Int64())
		default:
			bytes := v.ByteArray()
			if unscaled.SetBytes(bytes); len(bytes) > 0 && bytes[0] >= 0x80 {
				unscaled.Sub(unscaled, new(big.Int).Lsh(big.NewInt(1), uint(8*len(bytes))))
			}
		}
		digits := new(big.Int).Abs(unscaled).String()
		if scale > 0 {
			if short := scale + 1 - len(digits); short > 0 {
				digits = strings.Repeat("0", short) + digits
			}
			digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
		}
		if unscaled.Sign() < 0 {
			digits = "-" + digits
		}
		return digits
	}
}

func clock(unit format.TimeUnit, kind parquet.Kind) func(parquet.Value) any {
	return func(v parquet.Value) any {
		n := v.Int64()
		if kind == parquet.Int32 {
			n = int64(v.Int32())
		}
		return instant(n, unit).Format("15:04:05.999999999")
	}
}

func timestamp(t *format.TimestampType) func(parquet.Value) any {
	layout := "2006-01-02T15:04:05.999999999"
	if t.IsAdjustedToUTC {
		layout += "Z"
	}
	return func(v parquet.Value) any { return instant(v.Int64(), t.Unit).Format(layout) }
}

func instant(n int64, unit format.TimeUnit) time.Time {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli(n).UTC()
	case *format.MicroSeconds:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// julian is a timestamp of nanoseconds in a day and a Julian day, whose first is before all calendars.
func julian(v parquet.Value) any {
	const epoch = 2_440_588 // 1970-01-01
	i := v.Int96()
	nanos := int64(uint64(i[1])<<32 | uint64(i[0]))
	day := time.Unix((int64(i[2])-epoch)*24*60*60, 0).UTC()
	return day.Add(time.Duration(nanos)).Format("2006-01-02T15:04:05.999999999")
}

// half is a number of 16 bits: a sign, five bits of an exponent, and ten of a fraction.
func half(v parquet.Value) any {
	b := v.ByteArray()
	if len(b) != 2 {
		return errors.New("is no number of 16 bits")
	}
	bits := uint16(b[1])<<8 | uint16(b[0])
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	number := math.Ldexp(1+fraction/1024, exponent-15)
	switch {
	case exponent == 0:
		number = math.Ldexp(fraction/1024, -14)
	case exponent == 0x1f && fraction > 0:
		number = math.NaN()
	case exponent == 0x1f:
		number = math.Inf(1)
	}
	if bits>>15 == 1 {
		number = -number
	}
	return number
}
