# The library OS over Linux, for tests: build/unix-host. The personality and
# the keeper are two separate programs on xo5; here each is one object of which
# only its interface is seen, so that their names do not meet.

UNIX_FLAGS = $(COMMON) -fpic -fvisibility=hidden -Iuser -Ikernel
UNIX_DIR := user/libos/unix
UNIX_OUT = $(BUILD)/unix
UNIX_LIB = $(UNIX_OUT)/lib/string.c.o $(UNIX_OUT)/lib/disorder.c.o
unix_objects = $(patsubst user/%,$(UNIX_OUT)/%.o,$(wildcard $(UNIX_DIR)$(1)/*.c))

$(UNIX_OUT)/%.o: user/% $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    user/$* (unix)")
	$(Q)$(CC) $(UNIX_FLAGS) -c $< -o $@

# One object of several, whose other names are its own: $(1) are kept.
unix_join = $(LD) -r $(filter %.o,$^) -o $@.all && \
    $(OBJCOPY) -w --keep-global-symbol='$(1)' $@.all $@

$(UNIX_OUT)/personality.o: $(call unix_objects,/personality/*) $(UNIX_LIB)
	$(Q)$(call unix_join,unix_*)
$(UNIX_OUT)/keeper.o: $(call unix_objects,/keeper/*) $(UNIX_LIB)
	$(Q)$(call unix_join,keeper_*)

$(BUILD)/unix-host: $(UNIX_OUT)/personality.o $(UNIX_OUT)/keeper.o \
    $(call unix_objects,/linux) $(UNIX_LIB)
	$(if $(V),,@echo "  link  unix-host")
	$(Q)$(LD) -nostdlib -static --no-relax -z noexecstack \
	    -z max-page-size=4096 -Ttext-segment=0x7000000000 \
	    --defsym=text_start=__executable_start --defsym=text_end=etext \
	    $^ -o $@
