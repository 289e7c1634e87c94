// SPDX-License-Identifier: MIT
// Every line that it prints is a case: "name: result".
import java.io.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
import java.util.zip.*;

public class Work {
    interface Case { Object run() throws Exception; }

    static void show(String name, Case work) {
        Object result;
        try { result = work.run(); } catch (Exception e) { result = e.getClass().getSimpleName() + " " + e.getMessage(); }
        System.out.println(name + ": " + result);
    }

    static String read(InputStream in) throws IOException { return new String(in.readAllBytes(), StandardCharsets.UTF_8); }

    public static void main(String[] args) throws Exception {
        Path top = Files.createTempDirectory("work");
        Path file = top.resolve("file");
        show("write", () -> Files.size(Files.writeString(file, "text ".repeat(9999))));
        show("read", () -> Files.readString(file).length());
        show("missing", () -> { try { return Files.readString(top.resolve("none")); } catch (NoSuchFileException e) { return "none"; } });
        show("exclusive", () -> { try { return Files.createFile(file); } catch (FileAlreadyExistsException e) { return "exists"; } });
        show("copy", () -> Files.size(Files.copy(file, top.resolve("copy"))));
        show("move", () -> Files.exists(Files.move(top.resolve("copy"), top.resolve("moved"), StandardCopyOption.ATOMIC_MOVE)));
        show("link", () -> Files.readSymbolicLink(Files.createSymbolicLink(top.resolve("link"), Path.of("file"))));
        show("walk", () -> { try (Stream<Path> all = Files.walk(top)) { return all.count(); } });
        show("modes", () -> Files.getPosixFilePermissions(file).size());
        show("random access", () -> { try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) { f.seek(5); f.write('X'); f.setLength(100); return f.length() + " " + f.getFilePointer(); } });
        show("mapped", () -> { try (FileChannel c = FileChannel.open(file)) { return (char) c.map(FileChannel.MapMode.READ_ONLY, 0, 100).get(5); } });
        show("locked", () -> { try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE); FileLock l = c.lock()) { return l.isValid(); } });
        show("transfer", () -> { try (FileChannel a = FileChannel.open(file); FileChannel b = FileChannel.open(top.resolve("t"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) { return a.transferTo(0, 100, b); } });
        show("process", () -> { Process p = new ProcessBuilder("sh", "-c", "cat; echo err >&2; exit 3").redirectErrorStream(true).start(); p.getOutputStream().write("in".getBytes()); p.getOutputStream().close(); return read(p.getInputStream()).trim() + p.waitFor(); });
        show("no process", () -> { try { return new ProcessBuilder("nosuchprogram").start(); } catch (IOException e) { return "none"; } });
        show("killed process", () -> { Process p = new ProcessBuilder("sleep", "30").start(); p.destroyForcibly(); return p.waitFor(); });
        show("processes", () -> { int sum = 0; for (int i = 0; i < 10; i++) sum += new ProcessBuilder("sh", "-c", "exit " + i).start().waitFor(); return sum; });
        show("redirected process", () -> { new ProcessBuilder("echo", "out").redirectOutput(top.resolve("o").toFile()).start().waitFor(); return Files.readString(top.resolve("o")).trim(); });
        show("threads", () -> { ExecutorService pool = Executors.newFixedThreadPool(8); long sum = 0; List<Future<Long>> all = new ArrayList<>(); for (int i = 0; i < 64; i++) all.add(pool.submit(() -> Files.size(file))); for (Future<Long> f : all) sum += f.get(); pool.shutdown(); return sum; });
        show("streams", () -> IntStream.range(0, 100000).parallel().mapToLong(i -> i % 7).sum());
        show("socket", () -> { try (ServerSocket s = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) { Thread t = new Thread(() -> { try (Socket c = s.accept()) { c.getOutputStream().write("served".getBytes()); } catch (IOException e) { } }); t.start(); try (Socket c = new Socket(InetAddress.getLoopbackAddress(), s.getLocalPort())) { return read(c.getInputStream()); } } });
        show("refused", () -> { try (Socket c = new Socket("127.0.0.1", 1)) { return c; } catch (ConnectException e) { return e.getMessage(); } });
        show("selector", () -> { try (Selector sel = Selector.open(); ServerSocketChannel s = ServerSocketChannel.open()) { s.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false); s.register(sel, SelectionKey.OP_ACCEPT); try (SocketChannel c = SocketChannel.open(s.getLocalAddress())) { return sel.select(5000) + " " + s.accept().isConnected(); } } });
        show("pipe", () -> { Pipe p = Pipe.open(); p.sink().write(ByteBuffer.wrap("p".getBytes())); ByteBuffer b = ByteBuffer.allocate(4); return p.source().read(b); });
        show("unix socket", () -> { UnixDomainSocketAddress a = UnixDomainSocketAddress.of(top.resolve("sock")); try (ServerSocketChannel s = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) { s.bind(a); try (SocketChannel c = SocketChannel.open(a); SocketChannel d = s.accept()) { c.write(ByteBuffer.wrap("unix".getBytes())); return d.read(ByteBuffer.allocate(9)); } } });
        show("datagram", () -> { try (DatagramSocket a = new DatagramSocket(0, InetAddress.getLoopbackAddress()); DatagramSocket b = new DatagramSocket()) { b.send(new DatagramPacket(new byte[5], 5, a.getLocalSocketAddress())); DatagramPacket p = new DatagramPacket(new byte[9], 9); a.receive(p); return p.getLength(); } });
        show("name", () -> InetAddress.getByName("localhost").isLoopbackAddress());
        show("zip", () -> { Path z = top.resolve("z"); try (ZipOutputStream o = new ZipOutputStream(Files.newOutputStream(z))) { o.putNextEntry(new ZipEntry("e")); o.write(new byte[9999]); } try (ZipFile f = new ZipFile(z.toFile())) { return f.size() + " " + read(f.getInputStream(f.getEntry("e"))).length(); } });
        show("digest", () -> HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest("x".getBytes())));
        show("memory", () -> { List<byte[]> all = new ArrayList<>(); long sum = 0; for (int i = 0; i < 3000; i++) { byte[] b = new byte[10000]; if (i % 300 == 0) all.add(b); sum += b.length; } System.gc(); return sum + all.size(); });
        show("hook", () -> { Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("shutdown: ran"))); return "added"; });
        System.exit(5);
    }
}
