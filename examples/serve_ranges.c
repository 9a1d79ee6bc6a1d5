/*
 * Serves the data of a .xz file over HTTP, by ranges: a client gets any part of it
 * as if it were not compressed.
 *
 *     serve_ranges FILE PORT [REQUESTS]
 *     curl --range 5000000000-5000004095 http://localhost:PORT/
 *
 * With PORT 0 the system chooses one; after REQUESTS requests, if that is given,
 * the program ends. Each client has a thread, and all use one reader, which keeps
 * Blocks that were decoded. The file must have several Blocks (xz -T0).
 */

#ifndef _POSIX_C_SOURCE
#	define _POSIX_C_SOURCE 200809L
#endif

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <rlzma.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE 65536

/* A client, and the file that it asks for. */
typedef struct {
	rlzma_reader *reader;
	int connection;
} client;

/* False if the client has gone. */
static bool send_all(int connection, const void *bytes, size_t size)
{
	const char *next = bytes;
	while (size > 0) {
		const ssize_t sent = send(connection, next, size, 0);
		if (sent <= 0)
			return false;
		next += sent;
		size -= (size_t)sent;
	}
	return true;
}

/* Reads a request up to the empty line after it; false if there is none. */
static bool receive_request(int connection, char *text, size_t room)
{
	size_t size = 0;
	while (size + 1 < room) {
		const ssize_t got = recv(connection, text + size, room - 1 - size, 0);
		if (got <= 0)
			return false;
		size += (size_t)got;
		text[size] = '\0';
		if (strstr(text, "\r\n\r\n") != NULL)
			return true;
	}
	return false;
}

/*
 * The range that a request asks for, cut to what there is: "bytes=10-19",
 * "bytes=10-" or "bytes=-10". False: there is no such range.
 */
static bool find_range(const char *request, uint64_t size, uint64_t *first, uint64_t *end)
{
	const char *range = strstr(request, "Range: bytes=");
	*first = 0;
	*end = size;
	if (range == NULL)
		return true;
	range += strlen("Range: bytes=");
	if (*range == '-') {
		const uint64_t count = strtoull(range + 1, NULL, 10);
		*first = count < size ? size - count : 0;
	} else {
		char *last;
		*first = strtoull(range, &last, 10);
		if (last[0] == '-' && last[1] >= '0' && last[1] <= '9') {
			const uint64_t inclusive = strtoull(last + 1, NULL, 10);
			if (inclusive < *end)
				*end = inclusive + 1;
		}
	}
	return *first < *end;
}

static void answer(const client *asking, const char *request)
{
	const uint64_t size = rlzma_reader_size(asking->reader);
	uint64_t first, end;
	char head[256];
	if (!find_range(request, size, &first, &end)) {
		snprintf(head, sizeof(head), "HTTP/1.1 416 Range Not Satisfiable\r\n"
			"Content-Range: bytes */%" PRIu64 "\r\nContent-Length: 0\r\n"
			"Connection: close\r\n\r\n", size);
		send_all(asking->connection, head, strlen(head));
		return;
	}
	int length = snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nAccept-Ranges: bytes\r\n"
		"Content-Length: %" PRIu64 "\r\nConnection: close\r\n",
		end - first == size ? "200 OK" : "206 Partial Content", end - first);
	if (end - first != size)
		length += snprintf(head + length, sizeof(head) - (size_t)length,
			"Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n",
			first, end - 1, size);
	snprintf(head + length, sizeof(head) - (size_t)length, "\r\n");
	if (!send_all(asking->connection, head, strlen(head)))
		return;

	uint8_t piece[PIECE];
	while (first < end) {
		const size_t want = end - first < PIECE ? (size_t)(end - first) : PIECE;
		rlzma_error error = RLZMA_ERROR_INIT;
		size_t got;
		const lzma_ret ret =
			rlzma_reader_read(asking->reader, first, piece, want, &got, &error);
		if (!send_all(asking->connection, piece, got))
			return;
		first += got;
		if (ret != LZMA_OK) {
			/* The client sees that less comes than was promised. */
			char text[256];
			rlzma_error_text(&error, text, sizeof(text));
			fprintf(stderr, "%s\n", text);
			return;
		}
	}
}

static void *serve(void *opaque)
{
	client *asking = opaque;
	char request[4096];
	if (receive_request(asking->connection, request, sizeof(request)))
		answer(asking, request);
	close(asking->connection);
	free(asking);
	return NULL;
}

/* Starts to listen, on this machine only, and says where. */
static int listen_at(uint16_t port)
{
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	const int yes = 1;
	struct sockaddr_in place;
	socklen_t size = sizeof(place);
	memset(&place, 0, sizeof(place));
	place.sin_family = AF_INET;
	place.sin_port = htons(port);
	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (listener < 0 ||
		setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
		bind(listener, (struct sockaddr *)&place, sizeof(place)) != 0 ||
		listen(listener, 16) != 0 ||
		getsockname(listener, (struct sockaddr *)&place, &size) != 0) {
		perror("the port cannot be used");
		return -1;
	}
	printf("http://localhost:%d/\n", ntohs(place.sin_port));
	fflush(stdout);
	return listener;
}

/* Gives each client a thread. */
static void accept_all(int listener, rlzma_reader *reader, long requests)
{
	for (long i = 0; requests == 0 || i < requests; ++i) {
		client *asking = malloc(sizeof(*asking));
		pthread_t thread;
		if (asking == NULL)
			return;
		asking->reader = reader;
		asking->connection = accept(listener, NULL, NULL);
		if (asking->connection < 0 ||
			pthread_create(&thread, NULL, &serve, asking) != 0) {
			free(asking);
			return;
		}
		/* The last one is waited for, so that the reader can be closed. */
		if (requests != 0)
			pthread_join(thread, NULL);
		else
			pthread_detach(thread);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: %s FILE PORT [REQUESTS]\n", argv[0]);
		return 2;
	}
	const int fd = open(argv[1], O_RDONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	rlzma_error error = RLZMA_ERROR_INIT;
	rlzma_reader *reader;
	if (rlzma_reader_open_fd(&reader, fd, NULL, &error) != LZMA_OK) {
		char text[256];
		rlzma_error_text(&error, text, sizeof(text));
		fprintf(stderr, "%s: %s\n", argv[1], text);
		close(fd);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN); /* clients may go at any time */
	const int listener = listen_at((uint16_t)strtoul(argv[2], NULL, 10));
	if (listener >= 0) {
		accept_all(listener, reader, argc == 4 ? strtol(argv[3], NULL, 10) : 0);
		close(listener);
	}
	rlzma_reader_close(reader);
	close(fd);
	return listener >= 0 ? 0 : 1;
}
