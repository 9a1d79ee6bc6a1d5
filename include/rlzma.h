/* SPDX-License-Identifier: 0BSD */

/**
 * \file   rlzma.h
 * \brief  What rlzma has beyond liblzma's API
 *
 * The functions here are in librlzma.so and in the static libraries (link with
 * -lrlzma; pkg-config knows it as rlzma). liblzma.so.5 has exactly the functions
 * of lzma.h, whoever made it, so a program that uses these does not run with
 * it.
 */

/* Generated from rlzma's src/ffi/rlzma by tools/headers; edit that. */
#ifndef RLZMA_H
#define RLZMA_H

#include <lzma.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A return code of functions that can be stopped, by rlzma_cancel, by
 * rlzma_reader_cancel or by what is called to report progress: somebody has
 * asked to stop.
 */
#define RLZMA_INTERRUPTED ((lzma_ret)201)

/** An error structure to begin with. */
#define RLZMA_ERROR_INIT \
	{ sizeof(rlzma_error), LZMA_OK, RLZMA_REASON_NONE, 0, 0, 0, 0, 0, 0, 0 }

/** A source to begin with. */
#define RLZMA_SOURCE_INIT { sizeof(rlzma_source), NULL, NULL, 0 }

/** Options to begin with. */
#define RLZMA_READER_OPTIONS_INIT { sizeof(rlzma_reader_options), NULL, 0, 0, 0, 0 }

/** The most threads that rlzma_set_threads takes. */
#define RLZMA_THREADS_MAX 16384

/**
 * For rlzma_set_threads: the number of threads that the environment asks
 * for, which is what counts at the beginning.
 */
#define RLZMA_THREADS_ENVIRONMENT UINT32_MAX

/**
 * A .xz file that is open for random access. Several threads may use it at
 * once; one closes it when no other uses it any more. A child process made by
 * fork can use it only if threads was 1.
 */
typedef struct rlzma_reader_s rlzma_reader;

/** The kind of thing that went wrong with a file that is read. */
typedef enum {
	/** Nothing did. */
	RLZMA_REASON_NONE = 0,

	/**
	 * The file could not be read; read_error says more. The return code is
	 * LZMA_BUF_ERROR.
	 */
	RLZMA_REASON_READ = 1,

	/** The file has fewer bytes than it should. LZMA_BUF_ERROR. */
	RLZMA_REASON_TRUNCATED = 2,

	/** The file does not begin as .xz files do. LZMA_FORMAT_ERROR. */
	RLZMA_REASON_NOT_XZ = 3,

	/**
	 * A Stream Header, a Stream Footer, Stream Padding or an Index is damaged
	 * (LZMA_DATA_ERROR) or not supported (LZMA_OPTIONS_ERROR).
	 */
	RLZMA_REASON_INDEX = 4,

	/** A Block Header is damaged. LZMA_DATA_ERROR. */
	RLZMA_REASON_BLOCK_HEADER = 5,

	/** A Block Header says other sizes than the Index. LZMA_DATA_ERROR. */
	RLZMA_REASON_SIZES = 6,

	/**
	 * A Block asks for filters or options that are not supported.
	 * LZMA_OPTIONS_ERROR.
	 */
	RLZMA_REASON_FILTERS = 7,

	/**
	 * Compressed data is damaged, or not of the size that the Index says.
	 * LZMA_DATA_ERROR.
	 */
	RLZMA_REASON_DATA = 8,

	/**
	 * The Check of a Block does not fit its data, or the padding before it is
	 * damaged. LZMA_DATA_ERROR.
	 */
	RLZMA_REASON_CHECK = 9,

	/**
	 * Nothing is wrong, as far as one can see: the type of a Check is not
	 * supported. LZMA_UNSUPPORTED_CHECK.
	 */
	RLZMA_REASON_UNKNOWN_CHECK = 10,

	/** Memory could not be allocated. LZMA_MEM_ERROR. */
	RLZMA_REASON_MEMORY = 11,

	/**
	 * More memory is needed than is allowed: memory_needed bytes.
	 * LZMA_MEMLIMIT_ERROR.
	 */
	RLZMA_REASON_MEMLIMIT = 12,

	/** Somebody has asked to stop. RLZMA_INTERRUPTED. */
	RLZMA_REASON_INTERRUPTED = 13,

	/**
	 * A rule of the interface was broken; or there is a bug in the library.
	 * LZMA_PROG_ERROR.
	 */
	RLZMA_REASON_PROGRAM = 14
} rlzma_reason;

/**
 * An error: its kind, and the place in the file. Later versions may have more
 * members: set size before the structure is used, for instance with
 * RLZMA_ERROR_INIT. The library writes as much as fits, when a call fails only.
 */
typedef struct {
	/** Size of this structure in bytes; for the caller to set. */
	size_t size;
	/** The return code of the call. */
	lzma_ret code;
	/** The kind of error. */
	rlzma_reason reason;
	/** Number of the Stream in the file, from one; 0 if it is not known. */
	uint64_t stream;
	/**
	 * Number of the Block in the file, from one; 0 if it is not in a Block.
	 */
	uint64_t block;
	/**
	 * Place in the file, in bytes from its beginning: as far as it was read when
	 * the error was found.
	 */
	uint64_t compressed_offset;
	/**
	 * Place in the data, in bytes from its beginning: what comes before was
	 * decoded.
	 */
	uint64_t uncompressed_offset;
	/** With RLZMA_REASON_MEMLIMIT: how many bytes the limit must be. */
	uint64_t memory_needed;
	/**
	 * With RLZMA_REASON_READ: errno, or what the application's function has
	 * returned, without its sign.
	 */
	int read_error;
	/** Reserved. */
	uint32_t reserved;
} rlzma_error;

/**
 * A file that an application's function reads. Later versions may have more
 * members: set struct_size, for instance with RLZMA_SOURCE_INIT.
 */
typedef struct {
	/** Size of this structure in bytes. */
	size_t struct_size;
	/**
	 * Reads from byte offset of the file on to buffer, at least one byte
	 * and at most size, and returns how many. 0: the file has no more bytes.
	 * A negative number: it cannot be read; rlzma_error has the number
	 * without its sign, so that -errno is a good choice. Threads of the
	 * reader and of the application call it at the same time. It must not throw
	 * C++ exceptions.
	 */
	int64_t (LZMA_API_CALL *read_at)(void *opaque, uint64_t offset, uint8_t *buffer, size_t size);
	/**
	 * Passed to the function as its first argument; the library does not look
	 * at it.
	 */
	void *opaque;
	/** Size of the file in bytes. */
	uint64_t size;
} rlzma_source;

/**
 * Options for reading a file. Later versions may have more members: set size,
 * for instance with RLZMA_READER_OPTIONS_INIT. All other members may be 0.
 */
typedef struct {
	/** Size of this structure in bytes; for the caller to set. */
	size_t size;
	/**
	 * The functions that allocate memory; NULL means malloc and free. The
	 * structure is not copied: it must stay as it is until the reader is closed.
	 * Several threads may call the functions at once.
	 */
	const lzma_allocator *allocator;
	/**
	 * Bytes of memory that the reader may use, for the Index, for decoders and
	 * for data together, as liblzma counts memory usage. 0: half of what the
	 * machine has; UINT64_MAX: as much as it takes.
	 */
	uint64_t memlimit;
	/**
	 * Bytes of decoded Blocks to keep for the next time; 0: as many as suit the
	 * file and the threads, at least 64 MiB if the memory is there. 1 keeps
	 * none. Blocks that do not fit are decoded as far as they are asked for, and
	 * reading goes on there.
	 */
	uint64_t cache;
	/**
	 * Threads that decode ahead where one piece is read after the other. 0: as
	 * many as the process may use; 1: none, so everything happens in the
	 * threads that read; more than RLZMA_THREADS_MAX count as that many. They
	 * are started when there is work for them.
	 */
	uint32_t threads;
	/** Reserved; must be 0. */
	uint32_t flags;
} rlzma_reader_options;

/**
 * Called with how many bytes of the file are done, and how many there are.
 * Returns 0 to go on; anything else asks to stop.
 */
typedef int (LZMA_API_CALL *rlzma_progress)(void *opaque, uint64_t done, uint64_t total);

/**
 * Lets other threads see how far lzma_code has come, and stop it, while it is at
 * work on much data: calls then work in steps of at most 1 MiB of input and of
 * output. After each, total_in and total_out are brought up to date, which
 * lzma_get_progress tells to any thread, and rlzma_cancel is obeyed.
 *
 * Results stay the same; calls with much room for output cost a few per cent
 * more. Coders with threads of their own tell their progress without this. The
 * encoder of MicroLZMA, which does everything in one call, does it in one step, and the
 * decoder of file information, which moves about in its input, takes all of that.
 *
 * Parameters:
 * - strm: a stream on which a coder was started. It stays like that, also for
 *   other coders that are started on it, until lzma_end.
 * - enabled: true, or false for how it was in the beginning.
 *
 * Returns:
 * - LZMA_OK: calls from now on are like that.
 * - LZMA_PROG_ERROR: strm is NULL, or has no coder.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_set_cancellable(lzma_stream *strm,
		lzma_bool enabled)
		lzma_nothrow;

/**
 * Stops lzma_code from another thread: the call that is under way returns
 * RLZMA_INTERRUPTED; if there is none, or it is just about to end, the next one
 * does. Nothing is lost: lzma_code may be called again and goes on, or the stream
 * is ended.
 *
 * The request belongs to the stream and stays until a call has obeyed it. If it comes
 * after the last call on a coder, the first call on the next coder that is started on
 * the stream returns RLZMA_INTERRUPTED, and has done nothing; only lzma_end forgets
 * the request.
 *
 * The call stops at its next step, which takes milliseconds, when that was allowed
 * by rlzma_set_cancellable. Otherwise only a coder with threads stops soon; any
 * other finishes the call that is under way.
 *
 * Parameters:
 * - strm: the stream. Nothing happens if it is NULL or has no coder.
 *
 * Requirements:
 * strm is NULL or valid for reads; it was set to LZMA_STREAM_INIT or zeros
 * before its first use, and internal was not touched since. No other thread
 * initialises or ends the stream meanwhile.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(void) rlzma_cancel(lzma_stream *strm)
		lzma_nothrow;

/**
 * Says in English what went wrong, and where: one line without an end of line.
 *
 * Parameters:
 * - error: what a call has told about its failure. NULL is an error.
 * - text: where to put the text and the zero that ends it. May be NULL if
 *   text_size is 0.
 * - text_size: bytes of room there. If the text is longer, it is cut off;
 *   it ends with a zero nevertheless.
 *
 * Returns:
 * Bytes of the whole text, without the zero, as snprintf does; 0 if error
 * is NULL, too small, or tells of no error.
 *
 * Requirements:
 * error is NULL, or valid for reads of the bytes that its size says.
 * text is valid for writes of text_size bytes.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(size_t) rlzma_error_text(const rlzma_error *error, char *text,
		size_t text_size)
		lzma_nothrow;

/**
 * Opens a .xz file that an application's function reads: reads the Indexes of
 * all its Streams, from the end of the file.
 *
 * Parameters:
 * - reader: where to put the reader, to be closed with rlzma_reader_close.
 *   Set to NULL if that fails. NULL is an error.
 * - source: the function, and the size of the file. The structure is copied;
 *   what opaque points to must stay until the reader is closed.
 * - options: memory, cache and threads; NULL stands for
 *   RLZMA_READER_OPTIONS_INIT.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: the file is open.
 * - LZMA_FORMAT_ERROR: this is not a .xz file.
 * - LZMA_DATA_ERROR: a Stream Header or Footer, or an Index is damaged.
 * - LZMA_OPTIONS_ERROR: they ask for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: the Index needs more memory than allowed.
 * - LZMA_PROG_ERROR: reader, source or its function is NULL; a structure
 *   is too small; options ask for what this version does not know.
 *
 * Requirements:
 * All pointers are NULL or valid; structures have the size that they say. The
 * function of source keeps its contract as long as the reader is open.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_reader_open(rlzma_reader **reader,
		const rlzma_source *source,
		const rlzma_reader_options *options, rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * As rlzma_reader_open, for a file behind a descriptor that can seek. Its
 * position stays, and does not matter. On Windows, it is a descriptor of the
 * C runtime that the library uses (others may end the process), and its
 * position changes.
 *
 * Parameters:
 * - reader: where to put the reader, to be closed with rlzma_reader_close.
 *   Set to NULL if that fails. NULL is an error.
 * - fd: the descriptor. It stays the caller's, who closes it after the
 *   reader. The file must not change meanwhile.
 * - options: memory, cache and threads; NULL stands for
 *   RLZMA_READER_OPTIONS_INIT.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: the file is open.
 * - LZMA_FORMAT_ERROR: this is not a .xz file.
 * - LZMA_DATA_ERROR: a Stream Header or Footer, or an Index is damaged.
 * - LZMA_OPTIONS_ERROR: they ask for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: the Index needs more memory than allowed.
 * - LZMA_PROG_ERROR: reader is NULL; a structure is too small;
 *   options ask for what this version does not know.
 *
 * Requirements:
 * As for rlzma_reader_open.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_reader_open_fd(rlzma_reader **reader, int fd,
		const rlzma_reader_options *options, rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * As rlzma_reader_open, for a file in memory.
 *
 * Parameters:
 * - reader: where to put the reader, to be closed with rlzma_reader_close.
 *   Set to NULL if that fails. NULL is an error.
 * - in: the whole file. It is not copied: it must stay, and must not change,
 *   until the reader is closed. NULL is an error unless in_size is 0.
 * - in_size: its size in bytes.
 * - options: memory, cache and threads; NULL stands for
 *   RLZMA_READER_OPTIONS_INIT.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: the file is open.
 * - LZMA_FORMAT_ERROR: this is not a .xz file.
 * - LZMA_DATA_ERROR: a Stream Header or Footer, or an Index is damaged.
 * - LZMA_OPTIONS_ERROR: they ask for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: the Index needs more memory than allowed.
 * - LZMA_PROG_ERROR: reader is NULL, or in with a size; a structure is too small;
 *   options ask for what this version does not know.
 *
 * Requirements:
 * As for rlzma_reader_open; in is valid for reads of in_size bytes until
 * the reader is closed.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_reader_open_buffer(rlzma_reader **reader,
		const uint8_t *in, size_t in_size,
		const rlzma_reader_options *options, rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells how many bytes of data a file has.
 *
 * Parameters:
 * - reader: the open file.
 *
 * Returns:
 * The number of bytes; 0 if reader is NULL.
 *
 * Requirements:
 * reader is NULL or open.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(uint64_t) rlzma_reader_size(const rlzma_reader *reader)
		lzma_nothrow lzma_attr_pure;

/**
 * Gives the Index of all Streams of a file: sizes and positions of Streams and
 * Blocks, for lzma_index_iter_init, lzma_index_iter_locate and all other
 * functions that do not change it.
 *
 * Parameters:
 * - reader: the open file.
 *
 * Returns:
 * The Index, which stays the reader's; NULL if reader is NULL.
 *
 * Requirements:
 * reader is NULL or open. The Index is used as long as that is open only.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(const lzma_index *) rlzma_reader_index(
		const rlzma_reader *reader)
		lzma_nothrow lzma_attr_pure;

/**
 * Reads data from any offset. What is before it in the file is not decoded,
 * except for what is in the same Block.
 *
 * Data is delivered as soon as it is decoded, as by lzma_code; the Check of a
 * Block is verified when its last byte is read. After an error, the same and
 * other places may be read again.
 *
 * Parameters:
 * - reader: the open file.
 * - offset: place in the data, in bytes from its beginning. There may be
 *   nothing there: then nothing is read.
 * - out: where to put the data.
 * - out_size: how many bytes to read.
 * - out_read: set to how many were read: out_size, or less at the end of the
 *   data, and before an error. May be NULL.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: all that there is was read.
 * - LZMA_DATA_ERROR: a Block is damaged, or is not what the Index says. What
 *   was read before that is good, unless it is the Check that is wrong.
 * - LZMA_OPTIONS_ERROR: a Block asks for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: more memory is needed than allowed.
 * - RLZMA_INTERRUPTED: somebody has called rlzma_reader_cancel.
 * - LZMA_PROG_ERROR: reader is NULL; out is NULL with a size; the
 *   process is a child of the one that has the reader's threads.
 *
 * Requirements:
 * reader is NULL or open. out is valid for writes of out_size bytes,
 * out_read and error are NULL or valid.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_reader_read(const rlzma_reader *reader,
		uint64_t offset, uint8_t *out, size_t out_size,
		size_t *out_read, rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Verifies a whole file: decodes all Blocks, and compares their sizes and
 * Checks. With what was verified when the file was opened, that is every byte
 * of it, as xz --test does it.
 *
 * Parameters:
 * - reader: the open file.
 * - threads: how many threads to use, the caller's among them; 0: as many as
 *   the process may use. With little memory, or when the system allows no more,
 *   it goes on with fewer.
 * - progress: called by the calling thread, about ten times a second and at
 *   the end; NULL: nobody wants to know.
 * - opaque: passed to that function as its first argument.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: everything is right.
 * - LZMA_UNSUPPORTED_CHECK: nothing is wrong, but the Checks of a Stream are
 *   of a type that cannot be verified.
 * - LZMA_DATA_ERROR, LZMA_OPTIONS_ERROR, LZMA_BUF_ERROR: as from
 *   rlzma_reader_read, for the first Block with which something is wrong.
 * - RLZMA_INTERRUPTED: progress or somebody else has asked to stop.
 * - LZMA_MEM_ERROR, LZMA_MEMLIMIT_ERROR, LZMA_PROG_ERROR: as from
 *   rlzma_reader_read.
 *
 * Requirements:
 * reader is NULL or open, error is NULL or valid. progress does not close
 * the reader, nor throw C++ exceptions.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_reader_verify(const rlzma_reader *reader,
		uint32_t threads, rlzma_progress progress, void *opaque,
		rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Asks all calls that are reading or verifying now, in whatever thread, to
 * stop: they return RLZMA_INTERRUPTED soon. Later calls are not concerned, and
 * the reader stays usable. May be called from any thread at any time, but not
 * from a signal handler.
 *
 * Parameters:
 * - reader: the open file. Nothing happens if it is NULL.
 *
 * Requirements:
 * reader is NULL or open.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(void) rlzma_reader_cancel(const rlzma_reader *reader)
		lzma_nothrow;

/**
 * Closes a reader: ends its threads, and frees all its memory.
 *
 * Parameters:
 * - reader: the open file. Nothing happens if it is NULL. No other thread
 *   uses it any more.
 *
 * Requirements:
 * reader is NULL or open, and not used again.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(void) rlzma_reader_close(rlzma_reader *reader)
		lzma_nothrow;

/**
 * Tells how many bytes of data a .xz file has, that an application's function
 * reads: reads the Indexes of its Streams, at its end, and decodes no data.
 *
 * Parameters:
 * - size: set to the number of bytes, if that is known. NULL is an error.
 * - source: the function, and the size of the file.
 * - memlimit: bytes of memory that the Index may need, as
 *   lzma_index_memusage counts. UINT64_MAX is no limit, 0 stands for 1
 *   byte.
 * - allocator: where memory comes from; NULL means malloc and free.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: the size is known, as the Index says it: whether the data is really
 *   there, decoding will tell.
 * - LZMA_FORMAT_ERROR: this is not a .xz file.
 * - LZMA_DATA_ERROR: a Stream Header or Footer, or an Index is damaged.
 * - LZMA_OPTIONS_ERROR: they ask for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: the Index needs more memory than allowed.
 * - LZMA_PROG_ERROR: size, source or its function is NULL, or the
 *   structure is too small.
 *
 * Requirements:
 * All pointers are NULL or valid; structures have the size that they say.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_size(uint64_t *size,
		const rlzma_source *source, uint64_t memlimit,
		const lzma_allocator *allocator, rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * As rlzma_size, for a file behind a descriptor that can seek. Its position
 * stays, and does not matter. On Windows, as for rlzma_reader_open_fd.
 *
 * Parameters:
 * - size: set to the number of bytes, if that is known. NULL is an error.
 * - fd: the descriptor.
 * - memlimit: bytes of memory that the Index may need, as
 *   lzma_index_memusage counts. UINT64_MAX is no limit, 0 stands for 1
 *   byte.
 * - allocator: where memory comes from; NULL means malloc and free.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: the size is known, as the Index says it: whether the data is really
 *   there, decoding will tell.
 * - LZMA_FORMAT_ERROR: this is not a .xz file.
 * - LZMA_DATA_ERROR: a Stream Header or Footer, or an Index is damaged.
 * - LZMA_OPTIONS_ERROR: they ask for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: the Index needs more memory than allowed.
 * - LZMA_PROG_ERROR: size is NULL.
 *
 * Requirements:
 * As for rlzma_size.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_size_fd(uint64_t *size, int fd,
		uint64_t memlimit, const lzma_allocator *allocator,
		rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * As rlzma_size, for a file in memory.
 *
 * Parameters:
 * - size: set to the number of bytes, if that is known. NULL is an error.
 * - in: the whole file. NULL is an error unless in_size is 0.
 * - in_size: its size in bytes.
 * - memlimit: bytes of memory that the Index may need, as
 *   lzma_index_memusage counts. UINT64_MAX is no limit, 0 stands for 1
 *   byte.
 * - allocator: where memory comes from; NULL means malloc and free.
 * - error: where to tell what went wrong; may be NULL.
 *
 * Returns:
 * - LZMA_OK: the size is known, as the Index says it: whether the data is really
 *   there, decoding will tell.
 * - LZMA_FORMAT_ERROR: this is not a .xz file.
 * - LZMA_DATA_ERROR: a Stream Header or Footer, or an Index is damaged.
 * - LZMA_OPTIONS_ERROR: they ask for what is not supported.
 * - LZMA_BUF_ERROR: the file cannot be read, or is cut off.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_MEMLIMIT_ERROR: the Index needs more memory than allowed.
 * - LZMA_PROG_ERROR: size is NULL, or in with a size.
 *
 * Requirements:
 * As for rlzma_size; in is valid for reads of in_size bytes.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_size_buffer(uint64_t *size, const uint8_t *in,
		size_t in_size, uint64_t memlimit,
		const lzma_allocator *allocator, rlzma_error *error)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Sets the number of threads for coders that are single-threaded in liblzma, in
 * this process and from now on. Coders that are in use stay as they are.
 *
 * - lzma_stream_decoder, lzma_auto_decoder and lzma_stream_buffer_decode
 *   decode the Blocks of a .xz file at the same time if their headers have
 *   sizes (xz -T and lzma_stream_encoder_mt write them). Data, errors,
 *   notices and limits stay the same. Where input comes in pieces, data of a
 *   Block may come later than with one thread: at the latest once the Block
 *   is complete and input ends there, in a call without input, or with
 *   LZMA_FINISH.
 * - lzma_easy_encoder, lzma_stream_encoder, lzma_easy_buffer_encode and
 *   lzma_stream_buffer_encode write what lzma_stream_encoder_mt writes: Blocks
 *   of three times the dictionary size and at least 1 MiB; LZMA_SYNC_FLUSH
 *   ends one. So the result has other bytes than with one thread, but the same
 *   for any number of them. What fits into one Block is encoded in the calling
 *   thread.
 *
 * Users can set the environment variable RLZMA_THREADS instead, to a number or
 * to auto, which is 0. Programs with more privileges than their user ignore it.
 *
 * Threads block all signals, and end with lzma_end. They never call the
 * application's allocator: their memory comes from malloc. Where they cannot be
 * started, or memory is short, coders use fewer, down to the calling one alone,
 * without an error.
 *
 * Parameters:
 * - threads: how many threads decode or encode at most, while the calling one
 *   waits; at most RLZMA_THREADS_MAX. 1: coders are in all respects as
 *   liblzma's. 0: as many as the process may run at once, by lzma_cputhreads
 *   and by the quota of its control group. RLZMA_THREADS_ENVIRONMENT: as
 *   RLZMA_THREADS says, or 1 if it is not set.
 *
 * Returns:
 * - LZMA_OK: it is set.
 * - LZMA_OPTIONS_ERROR: there cannot be so many threads. Nothing has changed.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(lzma_ret) rlzma_set_threads(uint32_t threads)
		lzma_nothrow;

/**
 * Tells how many threads a coder may use that is started now.
 *
 * Returns:
 * The number of threads, at least 1; with 1 it is the calling one. What was set
 * with rlzma_set_threads counts, then the environment.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(uint32_t) rlzma_threads(void)
		lzma_nothrow;

/**
 * Sets how much memory threads may add to what coders need without them: the
 * decoders and encoders of other threads, and buffers for Blocks. The number of
 * threads becomes smaller where that is too little for all of them. It counts
 * for each coder on its own, from its start on. A decoder's memory usage limit
 * counts as well; threads never need more than that allows.
 *
 * Users can set the environment variable RLZMA_MEMORY instead, to a number of
 * bytes, to a number with a suffix KiB, MiB or GiB, to a percentage of
 * physical memory, such as 50%, or to max.
 *
 * Parameters:
 * - bytes: memory in bytes; UINT64_MAX is no limit. 0: as RLZMA_MEMORY
 *   says, or a quarter of physical memory if it is not set.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(void) rlzma_set_memory(uint64_t bytes)
		lzma_nothrow;

/**
 * Tells how much memory threads may add to a coder that is started now.
 *
 * Returns:
 * Memory in bytes, as rlzma_set_memory or the environment has set it, or a
 * quarter of physical memory.
 *
 * Since RLZMA_1.0.
 */
extern LZMA_API(uint64_t) rlzma_memory(void)
		lzma_nothrow;

#ifdef __cplusplus
}
#endif

#endif
