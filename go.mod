module github.com/distigen/distigen

go 1.26.0
