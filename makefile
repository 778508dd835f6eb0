# What a developer types.  CMake does the work; tools/setup installs what is
# missing on a bare Debian 12.

BUILD = build
PREFIX = /usr/local
FLAGS =

all: setup
	@cmake -S . -B $(BUILD) $(FLAGS) >/dev/null
	@cmake --build $(BUILD) -j $$(nproc)

setup:
	@tools/setup

test: all
	@cmake -S . -B $(BUILD)/asan -DNABLA_SANITIZE=ON >/dev/null
	@cmake --build $(BUILD)/asan -j $$(nproc)
	@tests/all

run: all
	$(BUILD)/nabla diff "log(det(X'*A*X))" X
	$(BUILD)/nabla hess "log(sum(exp(A*x+b)))" x --to unicode

bench: all
	@bench/figures
	@bench/sizes

layers:
	@tools/layers

install: all
	cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf $(BUILD)

.PHONY: all setup test run bench layers install clean
