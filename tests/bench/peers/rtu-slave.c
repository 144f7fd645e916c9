/*
 * A Modbus RTU slave on the master end of a pseudo-terminal: the fast, plain peer of the benchmarks.
 *   rtu-slave [--pty PATH] [--baud N [--bits 11] --gap-us N] [--silent UNIT]
 * Without --pty it makes a pseudo-terminal and prints the name of its slave end; with it, it opens that device.
 * Answers FC 3 and 4 with register value = address + index, echoes FC 6 and 16. --baud paces: the answer is held until
 * the wire would have carried request, gap and answer. Requests with a bad CRC are dropped. It ends with its stdin.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static uint16_t table[256];

static void fill_table(void) {
  for (int byte = 0; byte < 256; byte++) {
    uint16_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    table[byte] = crc;
  }
}

static uint16_t crc16(const uint8_t *bytes, int length) {
  uint16_t crc = 0xffff;
  for (int i = 0; i < length; i++) crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xff];
  return crc;
}

static int64_t now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static void wait_until(int64_t at_ns) {
  struct timespec at = {at_ns / 1000000000LL, at_ns % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {
  }
}

static int open_line(const char *path) {
  int fd;
  if (path) {
    fd = open(path, O_RDWR | O_NOCTTY);
  } else {
    fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd < 0 || grantpt(fd) || unlockpt(fd)) return -1;
    /* Held open so that the master end gets no EIO between two clients. */
    if (open(ptsname(fd), O_RDWR | O_NOCTTY) < 0) return -1;
  }
  struct termios raw;
  if (fd < 0 || tcgetattr(fd, &raw)) return -1;
  cfmakeraw(&raw);
  tcsetattr(fd, TCSANOW, &raw);
  return fd;
}

/* Length of the request at hand, 0 while it is not known. */
static int request_length(const uint8_t *bytes, int length) {
  if (length < 2) return 0;
  if (bytes[1] == 16) return length < 7 ? 0 : 9 + bytes[6];
  return 8;
}

static int answer(const uint8_t *request, uint8_t *out) {
  int length;
  out[0] = request[0];
  out[1] = request[1];
  if (request[1] == 3 || request[1] == 4) {
    int address = request[2] << 8 | request[3], count = request[4] << 8 | request[5];
    if (count < 1 || count > 125) return 0;
    out[2] = 2 * count;
    for (int i = 0; i < count; i++) {
      out[3 + 2 * i] = (address + i) >> 8;
      out[4 + 2 * i] = (address + i) & 0xff;
    }
    length = 3 + 2 * count;
  } else {
    memcpy(out, request, 6);
    length = 6;
  }
  uint16_t crc = crc16(out, length);
  out[length] = crc & 0xff;
  out[length + 1] = crc >> 8;
  return length + 2;
}

int main(int argc, char **argv) {
  const char *path = NULL;
  long baud = 0, bits = 11, gap_us = 0, silent = -1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--pty")) path = argv[i + 1];
    if (!strcmp(argv[i], "--baud")) baud = atol(argv[i + 1]);
    if (!strcmp(argv[i], "--bits")) bits = atol(argv[i + 1]);
    if (!strcmp(argv[i], "--gap-us")) gap_us = atol(argv[i + 1]);
    if (!strcmp(argv[i], "--silent")) silent = atol(argv[i + 1]);
  }
  fill_table();
  int fd = open_line(path);
  if (fd < 0) {
    perror(path ? path : "posix_openpt");
    return 1;
  }
  printf("%s\n", path ? path : ptsname(fd));
  fflush(stdout);

  uint8_t bytes[512], out[300];
  int length = 0;
  int64_t first_ns = 0;
  struct pollfd ends[2] = {{fd, POLLIN, 0}, {0, POLLIN, 0}};
  for (;;) {
    if (poll(ends, 2, -1) < 0 && errno != EINTR) return 1;
    if (ends[1].revents && read(0, out, sizeof out) <= 0) return 0;
    if (!(ends[0].revents & POLLIN)) {
      if (ends[0].revents) usleep(1000);
      continue;
    }
    int got = read(fd, bytes + length, sizeof bytes - length);
    if (got <= 0) continue;
    if (length == 0) first_ns = now_ns();
    length += got;
    for (int needed; (needed = request_length(bytes, length)) && length >= needed;) {
      uint16_t crc = crc16(bytes, needed - 2);
      int good = bytes[needed - 2] == (crc & 0xff) && bytes[needed - 1] == crc >> 8;
      if (!good) {
        length = 0;
        break;
      }
      int size = bytes[0] == silent || bytes[0] == 0 ? 0 : answer(bytes, out);
      if (baud && size)
        wait_until(first_ns + (int64_t)(needed + size) * bits * 1000000000LL / baud + gap_us * 1000LL);
      for (int sent = 0; sent < size;) {
        int wrote = write(fd, out + sent, size - sent);
        if (wrote > 0) sent += wrote;
      }
      memmove(bytes, bytes + needed, length - needed);
      length -= needed;
      if (length > 0) first_ns = now_ns();
    }
    if (length >= 300) length = 0;
  }
}
