// SPDX-License-Identifier: MIT
//: files
const fs = require('fs'); fs.writeFileSync('f', 'x'.repeat(100000)); fs.appendFileSync('f', 'end'); console.log(fs.statSync('f').size, fs.readFileSync('f', 'utf8').slice(-5)); try { fs.readFileSync('none') } catch (e) { console.log(e.code, e.errno) } fs.truncateSync('f', 5); console.log(fs.existsSync('f'), fs.existsSync('none')); fs.renameSync('f', 'g'); fs.unlinkSync('g')
//: promised files
const fs = require('fs').promises; (async () => { await Promise.all([...Array(50).keys()].map(i => fs.writeFile('p' + i, String(i)))); const all = await Promise.all([...Array(50).keys()].map(i => fs.readFile('p' + i, 'utf8'))); console.log(all.reduce((a, b) => a + +b, 0)); const h = await fs.open('p0', 'r+'); await h.write('abc', 1); console.log((await h.stat()).size); await h.close(); console.log((await fs.readdir('.')).filter(n => n[0] == 'p').length); await fs.access('none').catch(e => console.log(e.code)) })()
//: folders
const fs = require('fs'); fs.mkdirSync('a/b/c', { recursive: true }); fs.symlinkSync('b', 'a/l'); console.log(fs.readdirSync('a', { withFileTypes: true }).map(d => d.name + d.isDirectory() + d.isSymbolicLink()).join()); console.log(fs.readlinkSync('a/l'), fs.realpathSync('a/l').endsWith('a/b')); fs.cpSync('a', 'copy', { recursive: true }); console.log(fs.readdirSync('copy').length); fs.rmSync('a', { recursive: true }); console.log(fs.existsSync('a'), fs.mkdtempSync('t-').length)
//: streams
const fs = require('fs'), { pipeline } = require('stream'), zlib = require('zlib'), c = require('crypto'); fs.writeFileSync('s', 'data '.repeat(200000)); pipeline(fs.createReadStream('s'), zlib.createGzip(), fs.createWriteStream('s.gz'), e => { console.log(e, fs.statSync('s.gz').size > 100); const h = c.createHash('md5'); fs.createReadStream('s.gz').pipe(zlib.createGunzip()).on('data', d => h.update(d)).on('end', () => console.log(h.digest('hex'))) })
//: watch
const fs = require('fs'); fs.writeFileSync('w', '1'); const w = fs.watch('w', (e) => { console.log(e); w.close() }); setTimeout(() => fs.writeFileSync('w', '2'), 50)
//: children
const { execFileSync, spawnSync, spawn, exec } = require('child_process'); console.log(execFileSync('echo', ['a']).toString(), spawnSync('sh', ['-c', 'exit 3']).status, spawnSync('nosuch').error.code, spawnSync('sh', ['-c', 'kill -9 $$']).signal); const p = spawn('cat'); let s = ''; p.stdout.on('data', d => s += d); p.on('close', (c, sig) => { console.log(s, c, sig); exec('echo out; echo err >&2; exit 4', (e, o, r) => console.log(e.code, o, r)) }); p.stdin.end('through cat')
//: many children
const { exec } = require('child_process'); Promise.all([...Array(25).keys()].map(i => new Promise(r => exec(`echo ${i}; exit ${i}`, (e, o) => r((e ? e.code : 0) + +o))))).then(a => console.log(a.join()))
//: fork
const cp = require('child_process'), fs = require('fs'); fs.writeFileSync('k.js', 'process.on("message", m => { process.send(m * 2); process.disconnect() })'); const k = cp.fork('./k.js'); k.on('message', m => console.log(m)); k.on('exit', c => console.log('exit', c)); k.send(21)
//: extra descriptors
const { spawn } = require('child_process'); const p = spawn('sh', ['-c', 'echo three >&3; cat <&4; echo err >&2'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] }); const said = ['', '', '', '']; for (const i of [1, 2, 3]) p.stdio[i].on('data', d => said[i] += d); p.stdio[4].end('four\n'); p.on('close', c => console.log(c, said.join('|')))
//: workers
const { Worker } = require('worker_threads'); let left = 4, sum = 0; for (let i = 0; i < 4; i++) new Worker('const { parentPort, workerData } = require("worker_threads"); let s = 0; for (let i = 0; i < 1e5; i++) s += i % (workerData + 2); parentPort.postMessage(s + require("fs").readFileSync("/etc/passwd").length * 0)', { eval: true, workerData: i }).on('message', m => sum += m).on('exit', () => --left || console.log(sum))
//: a server
const http = require('http'); const s = http.createServer((q, r) => { let b = ''; q.on('data', d => b += d).on('end', () => { r.writeHead(q.url == '/no' ? 404 : 200, { 'X-Method': q.method }); r.end(b.toUpperCase() || 'hello') }) }).listen(0, '127.0.0.1', async () => { const ask = (path, o = {}, body) => new Promise(done => http.request({ port: s.address().port, host: '127.0.0.1', path, ...o }, r => { let b = ''; r.on('data', d => b += d).on('end', () => done([r.statusCode, r.headers['x-method'], b.length, b.slice(0, 9)])) }).end(body)); console.log(await ask('/'), await ask('/no'), await ask('/', { method: 'POST' }, 'x'.repeat(300000))); console.log((await Promise.all([...Array(60)].map(() => ask('/')))).length); s.close(() => console.log('closed')) })
//: sockets
const net = require('net'); const s = net.createServer(c => c.pipe(c)).listen('sock', () => { const c = net.connect('sock', () => c.end('echo')); c.on('data', d => console.log('' + d)); c.on('end', () => { s.close(); net.connect(1, '127.0.0.1').on('error', e => console.log(e.code)) }) })
//: datagrams
const d = require('dgram'); const s = d.createSocket('udp4'); s.on('message', (m, r) => { console.log('' + m, r.address); s.close() }); s.bind(0, '127.0.0.1', () => { const c = d.createSocket('udp4'); c.send('datagram', s.address().port, '127.0.0.1', () => c.close()) })
//: names
const dns = require('dns'); dns.lookup('localhost', { family: 4 }, (e, a) => console.log(e, a)); dns.lookup('127.0.0.1', (e, a) => console.log(a)); console.log(require('os').userInfo().username.length > 0)
//: timers
const t = []; setTimeout(() => t.push('timeout'), 20); setImmediate(() => t.push('immediate')); process.nextTick(() => t.push('tick')); Promise.resolve().then(() => t.push('promise')); const i = setInterval(() => { t.push('i'); if (t.filter(x => x == 'i').length == 3) clearInterval(i) }, 30); process.on('exit', c => console.log(t.join(), c))
//: signals
process.on('SIGUSR2', () => { console.log('usr2'); process.exitCode = 6; clearTimeout(k) }); const k = setTimeout(() => {}, 10000); process.kill(process.pid, 'SIGUSR2'); try { process.kill(999999, 0) } catch (e) { console.log(e.code) }
//: cluster
const cluster = require('cluster'), fs = require('fs'); fs.writeFileSync('c.js', 'const c = require("cluster"); if (c.isPrimary) { let n = 0, left = 3; for (let i = 0; i < 3; i++) c.fork(); c.on("exit", (w, s) => { n += s; if (!--left) console.log(n) }) } else process.exit(7)'); require('child_process').spawn(process.execPath, ['c.js'], { stdio: 'inherit' }).on('exit', c => console.log(c))
//: crypto
const c = require('crypto'); console.log(c.createHash('sha256').update('x').digest('hex'), c.pbkdf2Sync('p', 's', 1000, 16, 'sha1').toString('hex'), c.randomBytes(8).length); c.scrypt('p', 's', 16, (e, k) => console.log(k.toString('hex'))); const { publicKey, privateKey } = c.generateKeyPairSync('ed25519'); console.log(c.verify(null, Buffer.from('m'), publicKey, c.sign(null, Buffer.from('m'), privateKey)))
//: wasm
const m = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11])); console.log(new WebAssembly.Instance(m).exports.add(40, 2))
//: an exception
process.on('exit', c => console.log('exit', c)); setTimeout(() => { throw new RangeError('thrown') }, 5); process.on('uncaughtException', e => { console.log(e.message); process.exit(8) })
//: standard input
process.stdin.on('data', d => console.log(d.length)).on('end', () => process.stdout.write('a'.repeat(70000), () => console.log('written', process.stdin.isTTY, process.stdout.isTTY, process.stdin.fd)))
