/// The script of a page: it searches, sorts, sets the theme, and loads the page again.
///
/// Everything is readable without the script, and the script inserts only text, never markup.
enum PageScript {
  /// The part for the head, which sets the chosen theme before the page is drawn.
  static let early = """
    try{const t=localStorage.getItem("spool-theme");
    if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}

    """

  /// The part for the end of the page.
  static let text = "(()=>{\n\"use strict\";\n" + state + rows + list + page + "})();\n"

  private static let state = """
    const root=document.documentElement,$=id=>document.getElementById(id);
    const data=JSON.parse($("data").textContent),T=data.texts,R=data.runs;
    const F={};data.fields.forEach((name,i)=>F[name]=i);
    const field=(run,name)=>run[F[name]];
    const anchorOf=i=>data.anchors[i]||"run-"+field(R[i],"name");
    const byAnchor=new Map();
    for(let i=R.length-1;i>=0;i--){
      const run=R[i],name=field(run,"name");
      byAnchor.set("run-"+data.queues[field(run,"queue")]+"/"+name,i);
      byAnchor.set("run-"+name,i);
    }
    // What the reader chose, kept while the page is loaded again.
    const place="spool:"+location.pathname;
    const kept=(()=>{try{return JSON.parse(sessionStorage.getItem(place))||{}}catch(e){return {}}})();
    const chosen={q:"",states:[],queue:"",sort:"",dir:"",open:[],...kept.chosen};
    const keep=more=>{try{sessionStorage.setItem(place,
      JSON.stringify({...kept,chosen,...more}))}catch(e){}};

    """

  private static let rows = """
    const two=n=>n<10?"0"+n:""+n;
    const offset=t=>{let o=data.offsets[0][1];
      for(const [from,value] of data.offsets)if(t>=from)o=value;return o};
    const months=["Jan","Feb","Mar","Apr","May","Jun","Jul","Aug","Sep","Oct","Nov","Dec"];
    // Times are shown as they are in the rest of the page: by the clock of its maker.
    const wall=t=>new Date((t+offset(t))*1000);
    const short=t=>{const d=wall(t),day=d.getUTCDate(),y=d.getUTCFullYear();
      return months[d.getUTCMonth()]+" "+(day<10?" "+day:day)+(y===data.year?"":" "+y)+" "
        +two(d.getUTCHours())+":"+two(d.getUTCMinutes())};
    const full=t=>{const d=wall(t),o=offset(t),m=Math.abs(o)/60|0;
      return d.getUTCFullYear()+"-"+two(d.getUTCMonth()+1)+"-"+two(d.getUTCDate())+" "
        +two(d.getUTCHours())+":"+two(d.getUTCMinutes())+":"+two(d.getUTCSeconds())+" "
        +(o<0?"-":"+")+two(m/60|0)+two(m%60)};
    const span=s=>{s=Math.max(0,Math.floor(s));
      if(s<60)return s+"s";
      if(s<3600)return Math.floor(s/60)+"m"+two(s%60)+"s";
      if(s<86400)return Math.floor(s/3600)+"h"+two(Math.floor(s%3600/60))+"m";
      return Math.floor(s/86400)+"d"+two(Math.floor(s%86400/3600))+"h"};
    const at=(run,name)=>run[F[name]]===null?null:run[F[name]]+data.base;
    const make=(tag,kind,text)=>{const e=document.createElement(tag);
      if(kind)e.className=kind;if(text!==undefined)e.textContent=text;return e};
    const or=(value,show)=>value===null?"–":show(value);
    function details(i){
      const run=R[i],list=make("dl");list.id=anchorOf(i);
      const add=(label,text)=>list.append(make("dt","",label),make("dd","",text));
      const notes=field(run,"notes"),labels=T[notes[0]].split("\\n");
      for(let n=1;n<notes.length;n++)add(labels[n-1],T[notes[n]]);
      for(const name of ["created","started","ended"]){
        const t=at(run,name);if(t!==null)add(name,full(t))}
      const attempt=field(run,"attempt");
      if(attempt!==null)add("log",data.paths[field(run,"queue")]+"/runs/"+field(run,"name")+"/"
        +attempt+"/out.log");
      const log=data.logs[i];
      if(log!==undefined){const dd=make("dd"),pre=make("pre","",log);pre.tabIndex=0;dd.append(pre);
        list.append(make("dt","","last lines"),dd)}
      return list}
    function row(i){
      const run=R[i],box=make("details","run"),line=make("summary");
      const cell=(kind,text)=>line.append(make("span",kind,text));
      cell("st s-"+data.states[field(run,"state")],T[field(run,"status")]);
      cell("nm",field(run,"name"));cell("jb",T[field(run,"job")]);
      cell("qu",data.queues[field(run,"queue")]);cell("ho",T[field(run,"host")]);
      cell("au",T[field(run,"author")]);cell("cr",or(at(run,"created"),short));
      cell("wa",or(field(run,"waited"),span));cell("du",or(field(run,"duration"),span));
      box.append(line);
      // Thousands of rows are never opened: what is in one is made when it is.
      const fill=()=>{if(!box.dataset.full){box.dataset.full=1;box.append(details(i))}};
      box.addEventListener("toggle",()=>{if(box.open)fill();note(anchorOf(i),box.open)});
      box.fill=fill;
      return box}
    function note(anchor,isOpen){
      chosen.open=chosen.open.filter(a=>a!==anchor);
      if(isOpen)chosen.open.push(anchor);
      keep()}

    """

  private static let list = """
    const keys={st:r=>field(r,"state"),nm:r=>field(r,"name"),jb:r=>T[field(r,"job")],
      qu:r=>field(r,"queue"),ho:r=>T[field(r,"host")],au:r=>T[field(r,"author")],
      cr:r=>field(r,"created"),wa:r=>field(r,"waited"),du:r=>field(r,"duration")};
    const numbers=new Set(["cr","wa","du"]);
    let view=[],shown=0;const step=200,texts=[];
    const hay=i=>texts[i]||(texts[i]=(()=>{const r=R[i],n=field(r,"notes");
      let text=field(r,"name")+" "+T[field(r,"status")]+" "+T[field(r,"job")]+" "+T[field(r,"host")]
        +" "+T[field(r,"author")]+" "+data.queues[field(r,"queue")];
      for(let k=1;k<n.length;k++)text+=" "+T[n[k]];return text.toLowerCase()})());
    function choose(){
      const words=chosen.q.toLowerCase().split(/\\s+/).filter(w=>w);
      const states=new Set(chosen.states);
      view=[];
      for(let i=0;i<R.length;i++){
        if(states.size&&!states.has(data.states[field(R[i],"state")]))continue;
        if(chosen.queue!==""&&field(R[i],"queue")!=chosen.queue)continue;
        if(words.length){const text=hay(i);if(!words.every(w=>text.includes(w)))continue}
        view.push(i)}
      const key=keys[chosen.sort];
      if(key){
        const sign=chosen.dir==="down"?-1:1,isNumber=numbers.has(chosen.sort)||
          chosen.sort==="st"||chosen.sort==="qu";
        // What is not known stands last, whichever way.
        view.sort((a,b)=>{const x=key(R[a]),y=key(R[b]);
          if(x===null||y===null)return (x===null)-(y===null)||a-b;
          return (isNumber?x-y:x<y?-1:x>y?1:0)*sign||a-b})}
    }
    function draw(count){
      const fresh=document.createDocumentFragment();
      const end=Math.min(view.length,count);
      for(;shown<end;shown++){const box=row(view[shown]);
        if(chosen.open.includes(anchorOf(view[shown]))){box.fill();box.open=true}
        fresh.append(box)}
      $("list").append(fresh);
      $("more").hidden=shown>=view.length;
      $("more").textContent="Show "+Math.min(500,view.length-shown)+" more of "
        +(view.length-shown);
      $("count").textContent=view.length===R.length?view.length+"":
        view.length+" of "+R.length}
    function refresh(){
      choose();shown=0;$("list").textContent="";draw(step);
      if(!view.length)$("list").append(make("p","none",
        R.length?"No run is like that.":"There are no runs here yet."));
      for(const chip of document.querySelectorAll("[data-chip]"))
        chip.setAttribute("aria-pressed",chosen.states.includes(chip.dataset.chip));
      for(const b of document.querySelectorAll(".cols button"))
        if(b.dataset.sort===chosen.sort)b.dataset.dir=chosen.dir;else delete b.dataset.dir;
      keep()}
    function reveal(anchor){
      const i=byAnchor.get(anchor);
      if(i===undefined)return false;
      let where=view.indexOf(i);
      if(where<0){Object.assign(chosen,{q:"",states:[],queue:"",sort:"",dir:""});where=0}
      // Far down in a long list: better alone than behind thousands of others.
      choose();where=view.indexOf(i);
      if(where>=2000)chosen.q=field(R[i],"name");
      show();refresh();draw(view.indexOf(i)+1);
      const box=$("list").children[view.indexOf(i)];
      box.fill();box.open=true;
      box.scrollIntoView({block:"center"});
      return true}
    function show(){$("q").value=chosen.q;if($("queue"))$("queue").value=chosen.queue}

    """

  private static let page = """
    $("filter").hidden=false;
    $("filter").addEventListener("submit",e=>e.preventDefault());
    $("q").addEventListener("input",()=>{chosen.q=$("q").value;refresh()});
    if($("queue"))$("queue").addEventListener("change",()=>{chosen.queue=$("queue").value;refresh()});
    $("more").addEventListener("click",()=>draw(shown+500));
    for(const chip of document.querySelectorAll("[data-chip]"))
      chip.addEventListener("click",()=>{const s=chip.dataset.chip;
        chosen.states=chosen.states.includes(s)?chosen.states.filter(x=>x!==s):[...chosen.states,s];
        refresh()});
    const head=document.querySelector(".cols");head.removeAttribute("aria-hidden");
    for(const label of [...head.children]){
      const button=make("button",label.className,label.textContent);
      button.type="button";button.dataset.sort=label.dataset.sort;
      button.addEventListener("click",()=>{const s=button.dataset.sort;
        const first=numbers.has(s)?"down":"up",second=first==="up"?"down":"up";
        if(chosen.sort!==s){chosen.sort=s;chosen.dir=first}
        else if(chosen.dir===first)chosen.dir=second;
        else{chosen.sort="";chosen.dir=""}
        refresh()});
      label.replaceWith(button)}
    document.addEventListener("click",e=>{
      const a=e.target.closest&&e.target.closest("a[href^='#']");if(!a)return;
      if(a.dataset.state){Object.assign(chosen,{q:"",queue:"",states:[a.dataset.state]});
        show();refresh();return}
      const anchor=decodeURIComponent(a.getAttribute("href").slice(1));
      if(byAnchor.has(anchor)){e.preventDefault();history.pushState(null,"",a.getAttribute("href"));
        reveal(anchor)}});
    const fromAddress=()=>{try{return reveal(decodeURIComponent(location.hash.slice(1)))}
      catch(e){return false}};
    addEventListener("popstate",fromAddress);
    document.addEventListener("keydown",e=>{
      if(e.key==="/"&&!e.ctrlKey&&!e.metaKey&&!/^(INPUT|SELECT)$/.test(e.target.tagName)){
        e.preventDefault();$("q").focus()}
      if(e.key==="Escape"&&e.target===$("q")){chosen.q="";show();refresh();$("q").blur()}});
    const themes=["system","light","dark"],button=$("theme");
    const theme=()=>root.dataset.theme||"system";
    const say=()=>{button.textContent="Theme: "+theme()};
    button.hidden=false;say();
    button.addEventListener("click",()=>{
      const next=themes[(themes.indexOf(theme())+1)%3];
      if(next==="system")delete root.dataset.theme;else root.dataset.theme=next;
      try{localStorage.setItem("spool-theme",next)}catch(e){}
      say()});
    show();refresh();
    if(!(kept.back&&Date.now()-kept.back.at<60000)){fromAddress()}
    else if(kept.back.y!==undefined)scrollTo(0,kept.back.y);
    // A page that is made again is loaded again, but not while somebody types or marks text.
    const every=+root.dataset.every,made=root.dataset.made,loaded=Date.now();
    if(every){
      // By the reader's clock alone: that of its maker may be another.
      const seen=kept.seen&&kept.seen.made===made?kept.seen:{made,at:loaded};
      kept.seen=seen;delete kept.back;keep();
      setInterval(()=>{
        const age=(Date.now()-seen.at)/1000;
        if(age>Math.max(3*every,every+60)){$("stale").hidden=false;
          $("stale").textContent="This page has not been made again for "+span(age)
            +": is spool page still running?"}
        const typing=document.activeElement===$("q"),marked=String(getSelection()).length>0;
        if(Date.now()-loaded<every*1000||typing||marked)return;
        keep({back:{at:Date.now(),y:scrollY}});location.reload()},1000)}

    """
}
